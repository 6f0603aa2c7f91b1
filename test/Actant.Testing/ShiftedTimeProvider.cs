namespace Actant.Testing;

/// <summary>The system's clock, as if it were now another time: for what was stored then.</summary>
/// <param name="start">What it says now.</param>
public sealed class ShiftedTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly TimeSpan _shift = start - System.GetUtcNow();

    /// <inheritdoc />
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;

    /// <inheritdoc />
    public override long GetTimestamp() => System.GetTimestamp();
}
