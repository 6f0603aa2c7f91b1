namespace Actant.Storage;

/// <summary>The answer to a change of a record.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Version">The newest version now; 0 where there is none.</param>
public readonly record struct RecordResult(RecordOutcome Outcome, long Version);
