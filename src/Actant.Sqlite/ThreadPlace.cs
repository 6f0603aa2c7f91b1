using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>Who holds a thread, or else where it stands in the order of taking.</summary>
internal sealed record ThreadPlace
{
    public static ThreadPlace Idle { get; } = new();

    public long? Holder { get; init; }

    public bool Lost { get; init; }

    public bool Ready { get; init; }

    /// <summary>What it was left for want of, a line each; counts while it is neither ready nor leased.</summary>
    public string? Needs { get; init; }

    public DateTimeOffset? Due { get; init; }

    public long? Current { get; init; }

    public bool IsOpen { get; init; }

    public bool IsNew { get; init; } = true;

    /// <summary>Of the current execution: see <see cref="Ageing"/>.</summary>
    public long Rank { get; init; }
}
