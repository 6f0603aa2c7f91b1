namespace Actant.Definitions;

/// <summary>The least and the most that a number may be: for the validator and the schema alike.</summary>
internal readonly record struct NumberRange(double Least, double Most);
