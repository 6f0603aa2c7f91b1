namespace Actant.Testing;

/// <summary>The system's clock, which a test can put forward: what lived by leases and sessions is over then, without waiting.</summary>
public sealed class SkippingTimeProvider : TimeProvider
{
    private long _skipped;

    /// <inheritdoc />
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Puts the clock forward. Timers that run already are not moved: skip while nothing runs.</summary>
    public void Skip(TimeSpan by) => Interlocked.Add(ref _skipped, by.Ticks);

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _skipped));

    /// <inheritdoc />
    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _skipped)).TotalSeconds * TimestampFrequency);
}
