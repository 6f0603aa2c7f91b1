namespace Actant.Sqlite;

/// <summary>Who holds a thread, or else where it stands in the order of taking.</summary>
internal sealed record ThreadPlace
{
    public const int DefaultPriority = 4;

    public static ThreadPlace Idle { get; } = new();

    public long? Holder { get; init; }

    public bool Lost { get; init; }

    public bool Ready { get; init; }

    public DateTimeOffset? Due { get; init; }

    public long? Current { get; init; }

    public bool IsOpen { get; init; }

    public bool IsNew { get; init; } = true;

    public long Priority { get; init; } = DefaultPriority;
}
