namespace Actant.Journaling;

/// <summary>One thing that happened on a thread.</summary>
public sealed record Entry
{
    /// <summary>Its id: makes its append idempotent.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its number in the thread, from 1, without gaps.</summary>
    public long Position { get; init; }

    /// <summary>The execution it belongs to; <c>null</c> for what concerns the thread.</summary>
    public ExecutionId? Execution { get; init; }

    /// <summary>The scope: empty for the agent's own graph, else <c>activation</c> or <c>activation:call</c> for each nesting, joined by <c>/</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>The activation inside the scope.</summary>
    public string? Activation { get; init; }

    /// <summary>Which attempt of its step it records; 1 unless there were failures before.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>When it happened, by the owner's clock; for people, never for order.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The epoch of the lease it was written under.</summary>
    public long Epoch { get; init; }

    /// <summary>
    /// The format that it is written in; <see cref="EntryCodec.Format"/> for a new one. One of a newer format has an <see cref="UnknownPayload"/>.
    /// </summary>
    public int Format { get; init; } = EntryCodec.Format;

    /// <summary>What happened.</summary>
    public required EntryPayload Payload { get; init; }
}
