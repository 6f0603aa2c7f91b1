namespace Actant.Definitions;

/// <summary>A definition cannot be used here. Thrown where a definition is taken as valid; reading and validating return values.</summary>
public sealed class DefinitionException(IReadOnlyList<DefinitionProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Path}: {problem.Message}")))
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; } = problems;
}
