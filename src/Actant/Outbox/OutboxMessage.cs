namespace Actant.Outbox;

/// <summary>One try of one delivery.</summary>
public sealed record OutboxMessage
{
    /// <summary>The delivery's id, the same on every try: a receiver that has seen it has seen this.</summary>
    public required Guid Id { get; init; }

    /// <summary>The address.</summary>
    public required string Destination { get; init; }

    /// <summary>The thread; what goes from one thread to one address goes in order.</summary>
    public required ThreadKey Thread { get; init; }

    /// <summary>The execution.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>One of <see cref="DeliveryEvents"/>.</summary>
    public required string Event { get; init; }

    /// <summary>The execution as the API shows it, in JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>1 for the first try.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Names of the secrets that the target named.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
