using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>The entries that change a thread nobody holds, and what becomes of them.</summary>
internal sealed class BranchWriter(TenantScope scope)
{
    /// <summary>The entry that says what was done.</summary>
    public EncodedEntry Encode(EntryPayload payload, ExecutionId? execution, long position) => EntryCodec.Encode(new Entry
    {
        Id = scope.Services.Ids.Next(),
        Position = position,
        Execution = execution,
        At = scope.Services.Time.GetUtcNow(),
        Payload = payload,
    }).Entry;

    /// <summary>What whoever asked for it is told.</summary>
    public Reply<Branch> ReplyTo(BranchOutcome outcome, Branch branch, string thread)
    {
        if (outcome is BranchOutcome.Stored or BranchOutcome.Replayed)
        {
            scope.Scheduler.Poll(scope.Tenant);
        }

        return outcome switch
        {
            BranchOutcome.Stored or BranchOutcome.Replayed => Reply<Branch>.Done(branch),
            BranchOutcome.TargetExists => Reply<Branch>.Refused("thread_exists", $"There is a thread `{thread}` already."),
            BranchOutcome.Busy or BranchOutcome.PositionConflict => Reply<Branch>.Refused(
                "thread_busy", $"Something runs or waits on the thread `{thread}`. Cancel it or let it end first."),
            _ => Reply<Branch>.Refused("thread_not_found", $"There is no thread `{thread}`."),
        };
    }

    /// <summary>That there is no such position, or no such thread.</summary>
    public async Task<Reply<Branch>> NoPositionAsync(string thread, long position, CancellationToken cancellationToken) =>
        await scope.Store.GetThreadAsync(thread, cancellationToken) is { } record
            ? Reply<Branch>.Refused("position_not_found", $"The thread `{thread}` has the positions 1 to {record.Position}, not {position}.")
            : Reply<Branch>.Refused("thread_not_found", $"There is no thread `{thread}`.");
}
