namespace Actant.Testing;

/// <summary>A clock on which every wait is over at once: for models that play slow.</summary>
public sealed class InstantTimeProvider : TimeProvider
{
    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
}
