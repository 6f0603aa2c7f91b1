namespace Actant.LanguageModels;

/// <summary>A failure on request.</summary>
/// <param name="Failure">What is thrown.</param>
/// <param name="AfterTokens">How many tokens of the answer come first.</param>
/// <param name="Times">The attempts that fail, counted from the first; every attempt if <c>null</c>.</param>
internal sealed record ScriptedFailure(Failure Failure, int AfterTokens, int? Times)
{
    public bool Hits(int attempt) => Times is null || attempt <= Times;
}
