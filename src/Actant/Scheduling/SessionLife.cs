using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>A session as its own process may count on it.</summary>
internal sealed class SessionLife(Session session, TimeProvider time, long sent) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private long _sent = sent;

    /// <summary>Its id.</summary>
    public SessionId Id => session.Id;

    /// <summary>How long it lives after a renewal.</summary>
    public TimeSpan Length => session.Length;

    /// <summary>Cancelled when it has ended.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether it surely lives, with a fifth of its length left to finish what begins now.</summary>
    public bool IsAlive => !_lost.IsCancellationRequested && time.GetElapsedTime(Volatile.Read(ref _sent)) < session.Length * 0.8;

    /// <summary>Whether it may have ended by now.</summary>
    public bool MayHaveEnded => time.GetElapsedTime(Volatile.Read(ref _sent)) >= session.Length;

    /// <summary>A renewal came through that was sent at this time.</summary>
    public void Renewed(long at) => Volatile.Write(ref _sent, at);

    /// <summary>It has ended.</summary>
    public void End() => _ = _lost.CancelAsync();

    /// <inheritdoc />
    public void Dispose() => _lost.Dispose();
}
