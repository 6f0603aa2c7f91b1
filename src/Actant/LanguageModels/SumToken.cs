namespace Actant.LanguageModels;

/// <summary>A piece of a text in which sums are looked for: a number, a sign, or a word in lower case.</summary>
/// <param name="Text">The number without separators, the sign, or the word.</param>
/// <param name="IsNumber">Whether it is a number.</param>
internal readonly record struct SumToken(string Text, bool IsNumber);
