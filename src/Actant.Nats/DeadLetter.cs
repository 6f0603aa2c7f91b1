namespace Actant.Nats;

/// <summary>A message that was given up.</summary>
public sealed record DeadLetter
{
    /// <summary>Its number in the stream of dead letters.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why, as a code.</summary>
    public string? Code { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Where it had come from.</summary>
    public string? Subject { get; init; }

    /// <summary>The bytes of its body.</summary>
    public required int Size { get; init; }
}
