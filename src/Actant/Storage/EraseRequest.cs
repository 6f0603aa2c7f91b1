namespace Actant.Storage;

/// <summary>Entries of a thread whose content goes.</summary>
public sealed record EraseRequest
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The thread's last position as the caller knows it; another one is <see cref="BranchOutcome.PositionConflict"/>.</summary>
    public required long Expected { get; init; }

    /// <summary>The bodies that stand in place of others, by position: 1 to 1,000 of them.</summary>
    public required IReadOnlyDictionary<long, ReadOnlyMemory<byte>> Bodies { get; init; }

    /// <summary>Blobs that no entry names any more.</summary>
    public IReadOnlyList<BlobHash> Blobs { get; init; } = [];

    /// <summary>The entry that says so.</summary>
    public required EncodedEntry Entry { get; init; }

    /// <summary>The format and behaviour number of the entry.</summary>
    public int Format { get; init; } = 1;
}
