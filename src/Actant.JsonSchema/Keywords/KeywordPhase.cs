namespace Actant.Schemas;

/// <summary>The order of evaluation within a schema: cheap checks first, <c>unevaluated*</c> after all it depends on.</summary>
internal enum KeywordPhase
{
    Assertion,
    Applicator,
    Unevaluated,
}
