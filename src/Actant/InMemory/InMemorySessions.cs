using Actant.Storage;
namespace Actant.InMemory;

/// <summary>The open sessions: as many as there are nodes in this process. All times are <see cref="ProcessClock.Steady"/>.</summary>
internal sealed class InMemorySessions
{
    private readonly Dictionary<SessionId, InMemorySession> _open = [];
    private readonly Dictionary<long, InMemorySession> _byNumber = [];
    private long _lastNumber;

    /// <summary>An open session, expired or not, by its number.</summary>
    public InMemorySession this[long number] => _byNumber[number];

    public InMemorySession Open(SessionId id, OpenSession opened, DateTimeOffset now)
    {
        var session = new InMemorySession(id, ++_lastNumber, opened) { ExpiresAt = now + opened.Length };
        _open.Add(id, session);
        _byNumber.Add(session.Number, session);
        return session;
    }

    /// <summary>A session that lives, or <c>null</c>. At the instant at which it expires it is over.</summary>
    public InMemorySession? Find(SessionId id, DateTimeOffset now) =>
        _open.TryGetValue(id, out var session) && session.ExpiresAt > now ? session : null;

    public InMemorySession? FindEvenExpired(SessionId id) => _open.GetValueOrDefault(id);

    /// <summary>When the first of the others ends, if it is not renewed.</summary>
    public DateTimeOffset? NextEnd(InMemorySession but) => _open.Values.Where(session => session != but).Min(session => (DateTimeOffset?)session.ExpiresAt);

    public InMemorySession[] Expired(DateTimeOffset now) => [.. _open.Values.Where(session => session.ExpiresAt <= now)];

    public void Remove(InMemorySession session)
    {
        _open.Remove(session.Id);
        _byNumber.Remove(session.Number);
    }
}
