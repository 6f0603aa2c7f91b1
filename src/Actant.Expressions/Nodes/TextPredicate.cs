namespace Actant.Expressions.Nodes;

/// <summary>A question about two strings.</summary>
internal delegate bool TextPredicate(string text, string part);
