using System.Text.Json;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Kinds;

/// <summary>Agents, in both forms.</summary>
internal sealed class AgentKind : IDefinitionKind
{
    public string Name => AgentDefinition.KindName;

    public Definition? Read(JsonElement document, string? fallbackName, ProblemList problems)
    {
        var read = DefinitionReader.Read(document, fallbackName);
        problems.Add(read.Problems);
        return read.Draft;
    }

    public void Validate(Definition definition, DefinitionContext context, ProblemList problems) =>
        problems.Add(DefinitionValidator.Validate(new DefinitionResult((AgentDefinition)definition, problems.Items), context).Problems);

    public Definition? ReadStored(JsonElement source) => DefinitionReader.ReadStored(source);

    public GraphDefinition Compile(Definition definition) => ((AgentDefinition)definition).Graph;
}
