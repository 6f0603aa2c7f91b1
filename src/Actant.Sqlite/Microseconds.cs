namespace Actant.Sqlite;

/// <summary>Times as they are stored: microseconds since 1970, UTC.</summary>
internal static class Microseconds
{
    public static long From(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long value) => DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond);

    /// <summary>The time as it will be read again.</summary>
    public static DateTimeOffset Round(DateTimeOffset time) => ToTime(From(time));
}
