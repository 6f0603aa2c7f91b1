using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>An execution with what only its store knows of it.</summary>
/// <param name="number">Stands for it in other rows; later submissions have larger ones.</param>
/// <param name="thread">The number of its thread.</param>
/// <param name="record">What everybody may know.</param>
internal class ExecutionRow(long number, long thread, ExecutionRecord record)
{
    public long Number => number;

    public long Thread => thread;

    public ExecutionRecord Record { get; set; } = record;

    /// <summary>The number of the last cancel meant for it; an end that has not seen it is refused.</summary>
    public long LastCancel { get; set; }

    public bool IsPending => Record.Status == ExecutionStatus.Pending;

    public long Rank => Ageing.Rank(Record.CreatedAt, Record.Priority);

    /// <summary>What is known of a submission once it is accepted.</summary>
    public static ExecutionRecord Accepted(Submission submission, ThreadKey thread, DateTimeOffset? deadline, DateTimeOffset now) => new()
    {
        Id = submission.Id,
        Thread = thread,
        Status = ExecutionStatus.Pending,
        Agent = submission.Agent,
        Definition = submission.Definition,
        Priority = submission.Priority,
        Held = submission.Held,
        Deadline = deadline,
        CreatedAt = now,
        IdempotencyKey = submission.IdempotencyKey,
        Fingerprint = submission.Fingerprint,
        Tags = submission.Tags,
    };

    /// <summary>A held one that may begin: its time counts from now.</summary>
    public ExecutionRecord Released(Principal? by, DateTimeOffset now) =>
        Record with { Held = false, StartedBy = by, Deadline = Record.Deadline + (now - Record.CreatedAt) };

    /// <summary>The same of which a lease begins.</summary>
    public ExecutionRecord Begun(DateTimeOffset now) =>
        Record.Status == ExecutionStatus.Running ? Record : Record with { Status = ExecutionStatus.Running, StartedAt = Record.StartedAt ?? now };

    /// <summary>The same after a change.</summary>
    /// <param name="change">What an append changes of it.</param>
    /// <param name="position">The position of the append's last entry.</param>
    /// <param name="now">When it is stored.</param>
    public ExecutionRecord Changed(ExecutionChange change, long position, DateTimeOffset now)
    {
        var ends = change.Status.IsEnd();
        return Record with
        {
            Status = change.Status,
            StartPosition = change.StartPosition ?? Record.StartPosition,
            Failure = change.Failure ?? Record.Failure,
            Tokens = change.Tokens ?? Record.Tokens,
            CostUsd = change.CostUsd ?? Record.CostUsd,
            StartedAt = Record.StartedAt ?? (change.Status is ExecutionStatus.Running or ExecutionStatus.Interrupted ? now : null),
            EndedAt = ends ? now : null,
            EndPosition = ends ? position : null,
        };
    }

    /// <summary>Whether it ends without having begun: nobody will read its input.</summary>
    public bool LeavesInput(ExecutionChange change) => change.Status.IsEnd() && Record.StartPosition is null;
}
