using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>What one commit stores. It may go in several parts, between which the process may die: what an entry answers and changes goes with it.</summary>
/// <param name="pending">Where up to which signal everything is seen, when a part is sent.</param>
/// <param name="agent">The agent whose use of models is counted; <c>null</c> without an execution.</param>
internal sealed class CommitContent(PendingCommit pending, string? agent)
{
    /// <summary>The entries, in order.</summary>
    public required List<Entry> Entries { get; init; }

    /// <summary>Signals, with the position of the entry that answers each.</summary>
    public required List<(long Number, long Position)> Consumed { get; init; }

    /// <summary>What becomes of executions on the way, with the position of the entry that says so.</summary>
    public required List<(ExecutionChange Change, long Position)> Earlier { get; init; }

    /// <summary>What must leave, with the position of the entry that it tells of.</summary>
    public required List<(OutboxRow Row, long Position)>? Outbox { get; init; }

    /// <summary>Whether a finished step is among the entries.</summary>
    public required bool IsStep { get; init; }

    /// <summary>What becomes of the lease in the end.</summary>
    public required LeaseChange Lease { get; init; }

    /// <summary>When the thread is due again.</summary>
    public required DateTimeOffset? Due { get; init; }

    /// <summary>What becomes of executions in the end.</summary>
    public required IReadOnlyList<ExecutionChange> Changes { get; init; }

    /// <summary>What a session must have to go on.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    /// <summary>The position up to which parts but the last were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Completes the request of a part.</summary>
    public AppendRequest Complete(AppendRequest request, IReadOnlyList<Entry> part, bool isLast)
    {
        var to = isLast ? long.MaxValue : part[^1].Position;
        var complete = request with
        {
            SeenSignal = pending.SeenSignal,
            Consumed = Of(Consumed, to),
            Executions = Earlier.Count == 0 && isLast ? Changes : [.. Of(Earlier, to), .. isLast ? Changes : []],
            Outbox = Of(Outbox, to),
            Usage = agent is null ? [] : UsageAmounts.Of(part, agent),
            Lease = isLast ? Lease : LeaseChange.Keep,
            Due = isLast ? Due : null,
            Needs = isLast ? Needs : [],
            IsStep = IsStep || (isLast && Changes.Any(static change => change.Status.IsEnd())),
        };
        Sent = isLast ? Sent : to;
        return complete;
    }

    /// <summary>What belongs to the entries of a part.</summary>
    private List<T> Of<T>(List<(T What, long Position)>? all, long to)
    {
        if (all is null or { Count: 0 })
        {
            return [];
        }

        var some = new List<T>(all.Count);
        foreach (var (what, position) in all)
        {
            if (position > Sent && position <= to)
            {
                some.Add(what);
            }
        }

        return some;
    }
}
