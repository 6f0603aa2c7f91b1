
namespace Actant.Storage;

/// <summary>An execution as its row says. The journal holds the rest.</summary>
public sealed record ExecutionRecord
{
    /// <summary>Its id.</summary>
    public required ExecutionId Id { get; init; }

    /// <summary>The thread it runs on.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>Where it stands.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The content hash of the definition it runs, for ever.</summary>
    public required BlobHash Definition { get; init; }

    /// <summary>0 to 9, as it was submitted; age raises it only in the order of taking: <see cref="Ageing"/>.</summary>
    public int Priority { get; init; }

    /// <summary>Whether it waits to be started.</summary>
    public bool Held { get; init; }

    /// <summary>When it must have ended. While it is held, when it would have had to if it had been started as it was accepted.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its thread was first taken for it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The position of its first entry, once it has one.</summary>
    public long? StartPosition { get; init; }

    /// <summary>The position of its last entry, once it has ended.</summary>
    public long? EndPosition { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Failure { get; init; }

    /// <summary>All tokens used so far.</summary>
    public long Tokens { get; init; }

    /// <summary>All money spent so far, in USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>What it is filed under.</summary>
    public ExecutionTags? Tags { get; init; }

    /// <summary>A hash of the request that submitted it, where that had a key.</summary>
    public BlobHash? Fingerprint { get; init; }

    /// <summary>Whether another execution started it and waits for it: it runs a part of its agent on a thread of its own.</summary>
    internal bool IsChild => Tags is { Parent: not null, DeliverTo: { } targets } && targets.Any(static target => target.IsThread);

    /// <summary>Who let it begin, where it had been held.</summary>
    public Principal? StartedBy { get; init; }

    /// <summary>The idempotency key it was submitted with.</summary>
    public string? IdempotencyKey { get; init; }
}
