using Actant.Storage;
namespace Actant.InMemory;

internal sealed class InMemoryExecution(long sequence, InMemoryThread thread, ExecutionRecord record, BlobHash? fingerprint, SessionId? acceptedBy, bool goesAhead)
{
    /// <summary>The order of submission over all threads.</summary>
    public long Sequence => sequence;

    public InMemoryThread Thread => thread;

    public ExecutionRecord Record { get; set; } = record;

    public BlobHash? Fingerprint => fingerprint;

    public SessionId? AcceptedBy => acceptedBy;

    public bool GoesAhead => goesAhead;

    /// <summary>The number of the last cancel meant for it; an end that has not seen it is refused.</summary>
    public long LastCancel { get; set; }

    public bool IsPending => Record.Status == ExecutionStatus.Pending;
}
