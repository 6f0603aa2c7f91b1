namespace Actant.Storage;

/// <summary>An outbox row as people see it.</summary>
public sealed record OutboxRecord
{
    /// <summary>The row.</summary>
    public required OutboxRow Row { get; init; }

    /// <summary>The thread that wrote it.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was committed.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>From when anybody may try it; without meaning for one that is dead.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>Whether it is kept for a person.</summary>
    public required bool IsDead { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Reason { get; init; }
}
