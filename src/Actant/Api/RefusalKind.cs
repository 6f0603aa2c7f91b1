namespace Actant.Api;

/// <summary>What a code stands for.</summary>
/// <param name="Category">What kind of refusal it is.</param>
/// <param name="Title">What it says, in a few words, whatever it is about.</param>
public sealed record RefusalKind(ErrorCategory Category, string Title);
