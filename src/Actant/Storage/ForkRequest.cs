namespace Actant.Storage;

/// <summary>A fork to make.</summary>
public sealed record ForkRequest
{
    /// <summary>The thread to copy from.</summary>
    public required string Source { get; init; }

    /// <summary>The last position that is copied; 1 or more.</summary>
    public required long Position { get; init; }

    /// <summary>The new thread.</summary>
    public required string Target { get; init; }

    /// <summary>The <c>Forked</c> entry, appended behind the copies.</summary>
    public required EncodedEntry Entry { get; init; }

    /// <summary>The execution that goes on in the fork, if one was open at that position. It starts as its <c>Held</c> says; its input is not used.</summary>
    public Submission? Continues { get; init; }

    /// <summary>The caller's key, stored in the same commit.</summary>
    public BranchKey? Key { get; init; }

    /// <summary>The format and behaviour number of the entry.</summary>
    public int Format { get; init; } = 1;
}
