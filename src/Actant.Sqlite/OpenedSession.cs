using Actant.Storage;

namespace Actant.Sqlite;

internal sealed class OpenedSession(SessionId id, long number, OpenSession opened)
{
    public SessionId Id => id;

    /// <summary>Stands for it in rows.</summary>
    public long Number => number;

    public TimeSpan Length => opened.Length;

    public IReadOnlySet<string> Capabilities { get; } = opened.Capabilities.ToHashSet(StringComparer.Ordinal);

    /// <summary>By <see cref="Actant.Storage.ProcessClock.Steady"/>.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public bool HasEnded { get; set; }

    public bool IsAlive(DateTimeOffset now) => !HasEnded && ExpiresAt > now;
}
