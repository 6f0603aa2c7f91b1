namespace Actant.Testing;

/// <summary>The clock of a machine that was set wrong: it counts as the right one does, and says another time.</summary>
/// <param name="right">The right clock.</param>
/// <param name="ahead">How far it is ahead; negative: behind.</param>
public sealed class WrongTimeProvider(TimeProvider right, TimeSpan ahead) : TimeProvider
{
    /// <inheritdoc />
    public override long TimestampFrequency => right.TimestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => right.LocalTimeZone;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + ahead;

    /// <inheritdoc />
    public override long GetTimestamp() => right.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}
