using Actant.Storage;
namespace Actant.InMemory;

/// <summary>A session and what it holds, so that its end costs what it held and not a walk over everything.</summary>
internal sealed class InMemorySession(SessionId id, long number, OpenSession opened)
{
    public SessionId Id => id;

    /// <summary>Stands for it in rows.</summary>
    public long Number => number;

    public TimeSpan Length => opened.Length;

    public IReadOnlySet<string> Capabilities { get; } = opened.Capabilities.ToHashSet(StringComparer.Ordinal);

    public ThreadHolder Holder { get; } = new(id, opened.Node, opened.Address);

    /// <summary>By <see cref="ProcessClock.Steady"/>.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public HashSet<InMemoryThread> Threads { get; } = [];

    public HashSet<InMemoryOutboxRow> Outbox { get; } = [];
}
