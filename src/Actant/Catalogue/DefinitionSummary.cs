using Actant.Storage;

namespace Actant.Catalogue;

/// <summary>One version of a stored definition, as lists show it.</summary>
/// <param name="Record">Its id, name, version and times.</param>
/// <param name="Outline">What it says, in short.</param>
internal sealed record DefinitionSummary(RecordSummary Record, DefinitionOutline Outline);
