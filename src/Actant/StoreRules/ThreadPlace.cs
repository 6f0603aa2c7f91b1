using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Who holds a thread, or else where it stands in the order of taking.</summary>
internal sealed record ThreadPlace
{
    public static ThreadPlace Idle { get; } = new();

    /// <summary>The number of the session that leases it.</summary>
    public long? Holder { get; init; }

    /// <summary>The last lease ended because its session did, unreleased: the next take counts a crash.</summary>
    public bool Lost { get; init; }

    public bool Ready { get; init; }

    /// <summary>What it was left for want of, a line each.</summary>
    public string? Needs { get; init; }

    public DateTimeOffset? Due { get; init; }

    /// <summary>The number of the open execution, or else of the one that begins when the thread is taken.</summary>
    public long? Current { get; init; }

    /// <summary>Whether the current execution has started.</summary>
    public bool IsOpen { get; init; }

    public bool IsNew { get; init; } = true;

    /// <summary>Of the current execution: see <see cref="Ageing"/>.</summary>
    public long Rank { get; init; }

    public bool IsLeft => Needs is not null && !Ready && Holder is null;

    /// <summary>The same without its lease, whose session has ended.</summary>
    public ThreadPlace Freed(bool lost) => this with { Holder = null, Lost = lost, Ready = true, Due = null };
}
