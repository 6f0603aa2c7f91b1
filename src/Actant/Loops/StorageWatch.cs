using Actant.Tiers;

namespace Actant.Loops;

/// <summary>
/// Sees to it that an execution stores no more than its tenant may. What is about to be stored is reserved, so that several at once do not each
/// find the same room.
/// </summary>
internal sealed class StorageWatch(LeasedThread thread, LoopCourse course, LoopJournal journal, ScopeTree tree) : IDisposable
{
    // What was decided before an end is stored with it where it is small: a model's answer is paid for, and a tool's result may be known nowhere else.
    private const long MostBesideEnd = 1024 * 1024;

    private long _reserved;

    /// <summary>What was let in may go on for a while where nothing new is let in; then its end is all that is still stored.</summary>
    /// <exception cref="TenantFullException">What was decided is too large to be stored with the end.</exception>
    public async ValueTask SeeAsync()
    {
        Reserve(journal.PendingBytes);
        if (course.Ending is not null || await thread.Storage.FindOverAsync(thread.LeaseLost) is not { } full || journal.Execution is null)
        {
            return;
        }

        if (journal.PendingBytes > MostBesideEnd)
        {
            throw new TenantFullException(full);
        }

        tree.Fail(full);
    }

    /// <summary>Nothing more is stored.</summary>
    public void Dispose() => Reserve(0);

    private void Reserve(long bytes)
    {
        if (bytes != _reserved)
        {
            thread.Storage.Reserve(bytes - _reserved);
            _reserved = bytes;
        }
    }
}
