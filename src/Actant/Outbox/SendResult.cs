namespace Actant.Outbox;

/// <summary>How a try ended.</summary>
public sealed record SendResult
{
    private SendResult()
    {
    }

    /// <summary>It got through.</summary>
    public static SendResult Delivered { get; } = new() { IsDelivered = true };

    /// <summary>Whether it got through.</summary>
    public bool IsDelivered { get; private init; }

    /// <summary>Whether no other try will.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>Whether the destination itself is in trouble, so that others to it had better wait too.</summary>
    public bool IsDown { get; private init; }

    /// <summary>Why it did not.</summary>
    public string? Reason { get; private init; }

    /// <summary>How long the destination asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>It did not get through and is tried again.</summary>
    /// <param name="reason">Why, for people; with nothing secret in it.</param>
    /// <param name="isDown">Whether the destination itself is in trouble.</param>
    /// <param name="retryAfter">How long it asks to be left alone.</param>
    public static SendResult Failed(string reason, bool isDown = true, TimeSpan? retryAfter = null) =>
        new() { Reason = reason, IsDown = isDown, RetryAfter = retryAfter };

    /// <summary>It never will: it is kept for a person at once.</summary>
    public static SendResult Refused(string reason) => new() { Reason = reason, IsFinal = true };
}
