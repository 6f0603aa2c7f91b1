using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// The open sessions. One process owns the folder, so they live in its memory: a renewal costs no commit, and all of them end
/// with the process. Used on the writer's thread only.
/// </summary>
internal sealed class SessionTable(WriteScope scope)
{
    private readonly Dictionary<SessionId, OpenedSession> _byId = [];
    private readonly Dictionary<long, OpenedSession> _byNumber = [];
    private long _lastNumber;

    public Session Open(OpenSession request)
    {
        var session = new OpenedSession(new SessionId(scope.Ids.Next()), ++_lastNumber, request) { ExpiresAt = scope.Clock.Steady + request.Length };
        _byId.Add(session.Id, session);
        _byNumber.Add(session.Number, session);
        return new Session(session.Id, session.Length, scope.Clock.Now);
    }

    /// <summary>A session that lives, or <c>null</c>. At the instant at which it expires it is over.</summary>
    public OpenedSession? Find(SessionId id) =>
        _byId.TryGetValue(id, out var session) && session.IsAlive(scope.Clock.Steady) ? session : null;

    /// <summary>When the first of the others ends, if it is not renewed.</summary>
    public DateTimeOffset? NextEnd(OpenedSession but) =>
        _byId.Values.Where(session => session != but && !session.HasEnded).Min(session => (DateTimeOffset?)session.ExpiresAt) is { } end
            ? Microseconds.Round(scope.Clock.ToWall(end))
            : null;

    public bool IsAlive(long number) => _byNumber.TryGetValue(number, out var session) && session.IsAlive(scope.Clock.Steady);

    public SessionId? IdOf(long? number) => number is { } value && _byNumber.TryGetValue(value, out var session) ? session.Id : null;

    public void End(SessionId id)
    {
        if (_byId.TryGetValue(id, out var session))
            End(session, lost: !session.IsAlive(scope.Clock.Steady));
    }

    public void EndExpired()
    {
        var now = scope.Clock.Steady;
        List<OpenedSession>? expired = null;
        foreach (var session in _byId.Values)
        {
            if (!session.IsAlive(now))
                (expired ??= []).Add(session);
        }

        expired?.ForEach(session => End(session, lost: true));
    }

    private void End(OpenedSession session, bool lost)
    {
        session.HasEnded = true;
        if (scope.Threads.EndLeases(session.Number, lost) > 0)
            scope.WakeForWork();
        scope.Outbox.Disown(session.Number, scope.Now);
        scope.AfterCommit(() =>
        {
            _byId.Remove(session.Id);
            _byNumber.Remove(session.Number);
        });
    }
}
