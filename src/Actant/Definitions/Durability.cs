namespace Actant.Definitions;

/// <summary>When finished steps are stored.</summary>
public enum Durability
{
    /// <summary>What follows a step waits for its commit.</summary>
    Sync,

    /// <summary>One step may run ahead of the commits; it runs again after a crash.</summary>
    Async,

    /// <summary>Only at the end and around unsafe calls; what was not stored runs again after a crash.</summary>
    Exit,
}
