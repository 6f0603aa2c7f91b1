using Actant.Definitions;

namespace Actant.Validation;

/// <summary>One run of the validator: what the rules look at and where they report.</summary>
internal sealed class ValidationRun(AgentDefinition agent, DefinitionContext context, IReadOnlyList<DefinitionProblem> readProblems)
{
    private readonly ProblemList _read = new(readProblems);

    public AgentDefinition Agent => agent;

    public DefinitionContext Context => context;

    public ProblemList Problems { get; } = new(readProblems);

    /// <summary>The tools that nodes may name, with their definitions if they have one.</summary>
    public IReadOnlySet<string> ToolNames { get; } = new HashSet<string>(
        [.. agent.Tools.Select(static tool => tool.Name), .. context.BuiltinTools.Keys, .. context.CodeTools.Keys]);

    /// <summary>Whether the reader found something wrong here or inside: then what is there is a default, and no rule applies.</summary>
    public bool IsBroken(string path) => _read.Covers(path);

    /// <summary>Whether the node's type, and so what is asked of it, is unknown.</summary>
    public bool IsTypeKnown(NodeSite site) =>
        site.Node.Name.Length > 0 && !IsBroken(site.Path == "$" ? "$.type" : $"{site.Path}.type");

    public void Report(string path, string code, string message) => Problems.Add(path, code, message);

    /// <summary>Reports that a field is missing, unless it is there and unreadable.</summary>
    public void Require(bool isThere, string path, string message)
    {
        if (!isThere && !IsBroken(path))
        {
            Report(path, DefinitionErrors.MissingField, message);
        }
    }
}
