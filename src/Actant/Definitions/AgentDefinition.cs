namespace Actant.Definitions;

/// <summary>An agent. The simple form (A2) is read into the same record.</summary>
public sealed record AgentDefinition : Definition
{
    /// <summary>The name of this kind.</summary>
    public const string KindName = "agent";

    /// <inheritdoc />
    public override string Kind => KindName;

    /// <summary>What its owners call its kind, such as <c>llm</c>; for listings only.</summary>
    public string? AgentType { get; init; }

    /// <summary>Its graph.</summary>
    public required GraphDefinition Graph { get; init; }
}
