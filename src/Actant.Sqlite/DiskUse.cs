namespace Actant.Sqlite;

/// <summary>How far into the reserve of the disk a write may go.</summary>
internal enum DiskUse
{
    /// <summary>What brings bytes from outside: not at all.</summary>
    Intake,

    /// <summary>What runs already stores its steps: to the half of it. Ends, cancellations and deletions ask for no room.</summary>
    Work,
}
