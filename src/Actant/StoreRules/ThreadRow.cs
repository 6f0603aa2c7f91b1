using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>
/// A thread's row as an operation works on it, whatever store it is of. The rules change it here, in memory; the store has read it and
/// writes what has become of it.
/// </summary>
internal class ThreadRow(long number, ThreadKey key)
{
    /// <summary>Stands for the thread in other rows; later threads have larger ones.</summary>
    public long Number => number;

    public ThreadKey Key => key;

    public long Position { get; set; }

    public long Epoch { get; set; }

    public long SignalNumber { get; set; }

    /// <summary>The highest signal number that the holder is known to have seen.</summary>
    public long Seen { get; set; }

    /// <summary>How many signals that are no inputs nobody has consumed: they put the thread before new work.</summary>
    public int Calls { get; set; }

    public int Crashes { get; set; }

    public int DiedAlone { get; set; }

    public int Format { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public ThreadPlace Place { get; set; } = ThreadPlace.Idle;

    /// <summary>As it stands in the store: most appends do not change it, and then its indexes rest.</summary>
    public ThreadPlace StoredPlace { get; set; } = ThreadPlace.Idle;

    /// <summary>What it counts when it is taken next.</summary>
    public int NextCrashes => Crashes + (Place.Lost ? 1 : 0);

    public bool IsLeased => Place.Holder is not null;

    public bool IsFree => Place is { Holder: null, Current: null };

    /// <summary>The number of the execution that has started and not ended.</summary>
    public long? Open => Place.IsOpen ? Place.Current : null;

    public void MakeReady() => Place = Place with { Ready = true, Due = null };

    /// <summary>One entry more.</summary>
    public void AddEntry(int bytes)
    {
        Position++;
        Bytes += bytes;
    }

    /// <summary>One signal more, which has the new number.</summary>
    public void AddSignal(SignalKind kind)
    {
        SignalNumber++;
        if (kind != SignalKind.Input)
            Calls++;
    }

    /// <summary>It has new signals: its holder must hear of it, or else it is ready, and the answer is <c>true</c>.</summary>
    public bool Announce(DateTimeOffset now)
    {
        UpdatedAt = now;
        if (IsLeased)
            return false;
        MakeReady();
        return true;
    }

    /// <summary>
    /// One pending execution more. The current one stays the open one, else the last that goes ahead, else the first that waits and is not
    /// held: what stores choose anew, from all that wait, when others of them have changed.
    /// </summary>
    public void AddExecution(ExecutionRow execution, bool goesAhead)
    {
        if (!execution.Record.Held && !Place.IsOpen && (Place.Current is null || goesAhead))
            Choose(execution);
    }

    /// <summary>Makes an execution that waits the current one, or none.</summary>
    public void Choose(ExecutionRow? next) => Choose(next?.Number, next?.Rank ?? 0);

    /// <summary>Makes an execution that waits the current one, or none.</summary>
    /// <param name="next">Its number.</param>
    /// <param name="rank">Its rank; 0 without one.</param>
    public void Choose(long? next, long rank)
    {
        if (Place.Current != next || Place.Rank != rank)
            Place = Place with { Current = next, Rank = rank };
    }

    /// <summary>Puts it among new work, or before it. The last step before it is written; <c>false</c> when its place is as it was.</summary>
    public bool SettlePlace()
    {
        var isNew = !Place.IsOpen && Calls == 0;
        if (Place.IsNew != isNew)
            Place = Place with { IsNew = isNew };
        return Place != StoredPlace;
    }
}
