namespace Actant.Expressions.Syntax;

/// <summary>A lexical element.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset behind its last character.</param>
/// <param name="Text">Name or decoded string; for an error its message.</param>
/// <param name="Magnitude">Value of an integer literal, whose sign is a token of its own.</param>
/// <param name="Number">Value of a double literal.</param>
internal readonly record struct Token(
    TokenKind Kind, int Start, int End, string Text = "", ulong Magnitude = 0, double Number = 0);
