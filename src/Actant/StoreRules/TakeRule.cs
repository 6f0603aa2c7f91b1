using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Whom a take may give, and what a lease makes of a thread.</summary>
/// <remarks>
/// In PostgreSQL: <c>actant_lease</c> and <c>actant_hold</c>, <c>actant_only_ends</c>, <c>actant_choose_suspects</c>, <c>actant_choose_one</c>;
/// of the rooms <c>actant_room</c> and <c>actant_queue_room</c>.
/// </remarks>
internal static class TakeRule
{
    /// <summary>Gives a thread that nobody holds to a session. Its entry follows.</summary>
    public static void Lease(ThreadRow thread, long session, DateTimeOffset now)
    {
        thread.Crashes = thread.NextCrashes;
        thread.Epoch++;
        thread.Seen = thread.SignalNumber;
        thread.UpdatedAt = now;
        thread.Place = thread.Place with
        {
            Holder = session,
            Lost = false,
            Ready = false,
            Due = null,
            Needs = null,
            IsOpen = thread.Place.Current is not null,
        };
    }

    /// <summary>What the session is told.</summary>
    public static TakenThread Answer(ThreadRow thread, StoredEntry taken, ExecutionRecord? current) =>
        new(thread.Key, thread.Epoch, taken, thread.SignalNumber, thread.Crashes, current) { DiedAlone = thread.DiedAlone };

    /// <summary>Whether one thread may be given out of turn, apart from its quarantine and its tenant's cap.</summary>
    public static bool IsOffered(ThreadRow thread, TakeRequest request) => thread.Place.Ready && thread.Format <= request.Format;

    /// <summary>Whether a thread passes its tenant's cap: to hear of a cancel.</summary>
    public static bool PassesCap(ThreadRow thread, ExecutionRow? current) => current is not null && current.LastCancel > thread.Seen;

    /// <summary>Whether a thread that is taken now is only told its end: it is to be cancelled, past its deadline, or has died too often alone.</summary>
    public static bool OnlyEnds(ThreadRow thread, ExecutionRow? current, TakeRequest request, DateTimeOffset now) =>
        thread.DiedAlone >= request.MaxDeaths || (current is not null && (current.LastCancel > 0 || current.Record.Deadline <= now));

    /// <summary>Of the quarantined threads those that a session may hold beside those that it has, and those that only end.</summary>
    /// <param name="waiting">All that wait, first come first.</param>
    /// <param name="max">So many at most.</param>
    /// <param name="group">What the session holds.</param>
    /// <param name="roomOf">How many more threads of the same tenant may be leased.</param>
    /// <param name="onlyEnds">See <see cref="OnlyEnds"/>.</param>
    public static (List<T> Chosen, List<TenantId> Capped) Quarantined<T>(
        IEnumerable<T> waiting, int max, QuarantineGroup group, Func<T, int> roomOf, Func<T, bool> onlyEnds)
        where T : ThreadRow
    {
        var (chosen, capped) = (new List<T>(), new List<TenantId>());
        foreach (var thread in waiting.TakeWhile(_ => chosen.Count < max))
        {
            if (chosen.Count(other => other.Key.Tenant == thread.Key.Tenant) >= roomOf(thread))
                capped.Add(thread.Key.Tenant);
            else if (onlyEnds(thread) || group.TryAdd(thread.NextCrashes))
                chosen.Add(thread);
        }

        return (chosen, capped);
    }

    /// <summary>How many threads a cap has room for.</summary>
    public static int Room(int maxRunning, long running) => (int)Math.Max(maxRunning - running, 0);
}
