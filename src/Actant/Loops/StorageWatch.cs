namespace Actant.Loops;

/// <summary>
/// Sees to it that an execution stores no more than its tenant may. What is about to be stored is reserved, so that several at once do not each
/// find the same room.
/// </summary>
internal sealed class StorageWatch(LeasedThread thread, LoopCourse course, LoopJournal journal, ScopeTree tree)
{
    private long _reserved;

    /// <summary>What was let in may go on for a while where nothing new is let in; then its end is all that is still stored.</summary>
    public async ValueTask SeeAsync()
    {
        Reserve(journal.PendingBytes);
        if (course.Ending is null && await thread.Storage.FindOverAsync(thread.LeaseLost) is { } full && journal.Execution is not null)
        {
            tree.Fail(full);
        }
    }

    /// <summary>Nothing more is stored.</summary>
    public void Leave() => Reserve(0);

    private void Reserve(long bytes)
    {
        if (bytes != _reserved)
        {
            thread.Storage.Reserve(bytes - _reserved);
            _reserved = bytes;
        }
    }
}
