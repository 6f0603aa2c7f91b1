namespace Actant.Schemas;

/// <summary>One entry of <c>patternProperties</c>.</summary>
internal sealed record PatternProperty(Pattern Pattern, SchemaNode Schema);
