namespace Actant.Journaling;

/// <summary>An entry of a journal cannot be read or makes no sense where it stands, so that nothing behind it can be folded.</summary>
public sealed class JournalUnreadableException : Exception
{
    /// <summary>An entry that cannot be read.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="reason">What is wrong with it, without its content.</param>
    /// <param name="cause">What was thrown over it, if something was.</param>
    public JournalUnreadableException(long position, string reason, Exception? cause = null)
        : base($"Entry {position} of the thread's journal cannot be read: {reason}", cause)
    {
        Position = position;
        Reason = reason;
    }

    /// <summary>The entry's position.</summary>
    public long Position { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}
