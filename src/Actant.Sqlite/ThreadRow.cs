namespace Actant.Sqlite;

/// <summary>A thread's row as the writer works on it; nothing is written before <see cref="ThreadTable.Save"/>.</summary>
internal sealed class ThreadRow
{
    public required long Id { get; init; }

    public required long Tenant { get; init; }

    public required ThreadKey Key { get; init; }

    public long Position { get; set; }

    public long Epoch { get; set; }

    public long SignalNumber { get; set; }

    public long Seen { get; set; }

    public long Calls { get; set; }

    public long Crashes { get; set; }

    public long DiedAlone { get; set; }

    /// <summary>What it counts when it is taken next.</summary>
    public int NextCrashes => (int)Crashes + (Place.Lost ? 1 : 0);

    public long Format { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public ThreadPlace Place { get; set; } = ThreadPlace.Idle;

    /// <summary>As it stands in the row: most appends do not change it, and then its four indexes rest.</summary>
    public ThreadPlace StoredPlace { get; set; } = ThreadPlace.Idle;

    public bool IsLeased => Place.Holder is not null;

    public bool NextWaits => Place is { Current: not null, IsOpen: false };

    public void MakeReady() => Place = Place with { Ready = true, Due = null };
}
