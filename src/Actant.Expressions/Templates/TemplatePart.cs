using Actant.Expressions.Nodes;

namespace Actant.Expressions.Templates;

/// <summary>Plain text, or a hole with its expression.</summary>
internal readonly record struct TemplatePart(string Text, Node? Hole);
