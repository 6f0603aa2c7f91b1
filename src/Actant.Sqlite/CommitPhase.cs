namespace Actant.Sqlite;

/// <summary>Where a test may let a commit fail.</summary>
internal enum CommitPhase
{
    /// <summary>Everything is written, nothing committed.</summary>
    Before,

    /// <summary>Committed; nobody has been told.</summary>
    After,
}
