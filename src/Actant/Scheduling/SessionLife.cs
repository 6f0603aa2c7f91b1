using Actant.Storage;

namespace Actant.Scheduling;

/// <summary>A session as its own process may count on it. It ends by itself when it may have ended, whatever a renewal is waiting for.</summary>
internal sealed class SessionLife : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly Session _session;
    private readonly TimeProvider _time;
    private readonly ITimer _end;
    private long _sent;

    /// <param name="session">The session.</param>
    /// <param name="time">This process's clock.</param>
    /// <param name="sent">When it was asked for, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    public SessionLife(Session session, TimeProvider time, long sent)
    {
        (_session, _time, _sent) = (session, time, sent);
        _end = time.CreateTimer(static life => ((SessionLife)life!).CheckClock(), this, Left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Its id.</summary>
    public SessionId Id => _session.Id;

    /// <summary>How long it lives after a renewal.</summary>
    public TimeSpan Length => _session.Length;

    /// <summary>Cancelled when it has ended.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether it surely lives, with a fifth of its length left to finish what begins now.</summary>
    public bool IsAlive => !_lost.IsCancellationRequested && _time.GetElapsedTime(Volatile.Read(ref _sent)) < Length * 0.8;

    private TimeSpan Left => Length - _time.GetElapsedTime(Volatile.Read(ref _sent)) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>A renewal came through that was sent at this time. <c>false</c>: too late.</summary>
    public bool TryRenew(long at)
    {
        if (_lost.IsCancellationRequested)
        {
            return false;
        }

        Volatile.Write(ref _sent, at);
        _end.Change(Left, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>It has ended.</summary>
    public void End()
    {
        _end.Dispose();
        _ = _lost.CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _end.Dispose();
        _lost.Dispose();
    }

    private void CheckClock()
    {
        if (Left == TimeSpan.Zero)
        {
            End();
            return;
        }

        // Renewed in this moment, or the clock is a little early.
        _end.Change(Left, Timeout.InfiniteTimeSpan);
    }
}
