
namespace Actant;

/// <summary>Why something asked for was not done. Nothing was stored.</summary>
/// <param name="Code">A stable code of <c>docs/errors.md</c>.</param>
/// <param name="Message">What is wrong and how to go on.</param>
/// <param name="Errors">For bad input: each fault with its JSON path.</param>
public sealed record Refusal(string Code, string Message, IReadOnlyList<DefinitionProblem>? Errors = null)
{
    /// <summary>Whether a filter of the application refused it: its code is the filter's, and says nothing of what else that code stands for.</summary>
    public bool IsOfFilter { get; init; }
}
