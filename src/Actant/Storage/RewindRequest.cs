namespace Actant.Storage;

/// <summary>A rewind to make.</summary>
public sealed record RewindRequest
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The thread's last position as the caller knows it; another one is <see cref="BranchOutcome.PositionConflict"/>.</summary>
    public required long Expected { get; init; }

    /// <summary>The <c>Rewound</c> entry.</summary>
    public required EncodedEntry Entry { get; init; }

    /// <summary>The execution that goes on from there, if one was open at that position. Its input is not used.</summary>
    public Submission? Continues { get; init; }

    /// <summary>The caller's key, stored in the same commit.</summary>
    public BranchKey? Key { get; init; }

    /// <summary>The format and behaviour number of the entry.</summary>
    public int Format { get; init; } = 1;
}
