namespace Actant.Sqlite;

/// <summary>What a commit waits for.</summary>
public enum SqliteSynchronous
{
    /// <summary>The disk has the commit: what was answered survives the loss of power.</summary>
    Full,

    /// <summary>
    /// The operating system has the commit. It survives the death of the process, but a loss of power or a crash of the
    /// machine may undo the last seconds, which were answered as stored: effects of tools that ran in them run again.
    /// </summary>
    Normal,
}
