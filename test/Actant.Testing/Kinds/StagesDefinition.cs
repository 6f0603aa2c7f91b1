using Actant.Definitions;

namespace Actant.Testing.Kinds;

/// <summary>Stages that follow one another.</summary>
public sealed record StagesDefinition : Definition
{
    public override string Kind => StagesKind.KindName;

    public required IReadOnlyList<NodeDefinition> Stages { get; init; }
}
