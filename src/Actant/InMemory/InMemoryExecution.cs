using Actant.Storage;
using Actant.StoreRules;

namespace Actant.InMemory;

internal sealed class InMemoryExecution(long number, InMemoryThread thread, ExecutionRecord record, Submission submission)
    : ExecutionRow(number, thread.Number, record)
{
    public InMemoryThread Owner => thread;

    public SessionId? AcceptedBy { get; } = submission.AcceptedBy;

    public bool GoesAhead { get; } = submission.GoesAhead;
}
