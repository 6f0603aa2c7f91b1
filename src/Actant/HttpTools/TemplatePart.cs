namespace Actant.HttpTools;

/// <summary>A piece of a template: a text, or the name of an argument or of a secret.</summary>
internal readonly record struct TemplatePart(TemplatePartKind Kind, string Text);
