namespace Actant.Definitions;

/// <summary>A definition, or everything that is wrong with it.</summary>
public sealed record DefinitionResult
{
    internal DefinitionResult(AgentDefinition? draft, IReadOnlyList<DefinitionProblem> problems)
    {
        Draft = draft;
        Problems = problems;
    }

    /// <summary>The definition; <c>null</c> when there are problems.</summary>
    public AgentDefinition? Definition => Problems.Count == 0 ? Draft : null;

    /// <summary>What is wrong, at most 100; when there is more, the last one says so.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; }

    /// <summary>What could be read despite the problems, so that the validator can add its own.</summary>
    internal AgentDefinition? Draft { get; }
}
