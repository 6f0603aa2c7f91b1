using Actant.Loops;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Scheduling;

/// <summary>Opens the process's session, renews it, and opens a new one when it has ended. What a renewal brings goes to those whom it concerns.</summary>
internal sealed partial class SessionKeeper(LoopServices services, PollSignal poll, HeldThreads held, OverdueExecutions overdue)
{
    /// <summary>Whoever stops and does not reach the store any more lets its session end by itself.</summary>
    private static readonly TimeSpan s_longestFarewell = TimeSpan.FromSeconds(5);

    /// <summary>The session; <c>null</c> before the first.</summary>
    public SessionLife? Current { get; private set; }

    /// <summary>Whether it surely lives, and the process takes work.</summary>
    public bool IsRunning => !held.IsDraining && Current is { IsAlive: true };

    /// <summary>When the next sleeping thread becomes due, as far as it is known.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary>Opens a session.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var sent = services.Time.GetTimestamp();
        var opens = new OpenSession(services.Options.Node, services.Options.SessionLength, services.Options.Address) { Capabilities = services.Capabilities.Names };
        var session = await services.Store.OpenSessionAsync(opens, cancellationToken);
        services.Time.Read(session.At, sent);
        await services.Time.EnsureAsync(cancellationToken);
        Current = new SessionLife(session, services.Time, sent);
        services.Peers.Session = session.Id;
        services.Outbox.Attach(session.Id, IsAlive(Current));
    }

    /// <summary>Renews it until that is cancelled.</summary>
    public async Task RenewLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(services.Options.HeartbeatInterval, services.Time, cancellationToken);
                await RenewAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogRenewFailed(services.Log, exception);
                services.Meter.StoreFailed(exception);
            }
        }
    }

    /// <summary>Ends it, here and in the store as far as that answers. Nobody stops less for it: an end that is not told comes by itself.</summary>
    public async Task EndAsync()
    {
        if (Current is not { } session)
            return;

        session.End();

        // A store answers in the world's time, whatever the engine's clock says.
        using var late = new CancellationTokenSource(s_longestFarewell, TimeProvider.System);
        try
        {
            await services.Store.EndSessionAsync(session.Id, late.Token);
        }
        catch (Exception exception)
        {
            LogEndNotTold(services.Log, session.Id, services.Options.SessionLength, exception);
            services.Meter.StoreFailed(exception);
        }
    }

    private static Func<bool> IsAlive(SessionLife session) => () => session.IsAlive;

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var session = Current!;
        var sent = services.Time.GetTimestamp();
        var heartbeat = await HeartbeatAsync(session, cancellationToken);
        if (heartbeat is null || !session.TryRenew(sent))
        {
            LogSessionLost(services.Log, session.Id);
            session.End();
            await OpenAsync(cancellationToken);
            poll.PollForAll();
            return;
        }

        services.Time.Read(heartbeat.At, sent);
        NextDue = heartbeat.NextDue;
        services.Outbox.Due(heartbeat.NextDelivery);
        overdue.Expect(heartbeat.NextDeadline);
        foreach (var thread in heartbeat.Signalled)
        {
            held.TrySignal(thread);
        }

        if (heartbeat.WorkIsReady)
        {
            poll.PollForAll();
        }
        else if (heartbeat.NextDue is not null)
        {
            poll.Ring();
        }
    }

    /// <summary>The answer to a renewal; <c>null</c> when the session has ended before it came.</summary>
    private async Task<Heartbeat?> HeartbeatAsync(SessionLife session, CancellationToken cancellationToken)
    {
        if (session.Lost.IsCancellationRequested)
        {
            return null;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(session.Lost, cancellationToken);
        try
        {
            // A call that hangs is left behind: whatever it says one day comes too late.
            return await services.Store.RenewAsync(session.Id, either.Token).AsTask().WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (session.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "The session could not be renewed; trying again.")]
    private static partial void LogRenewFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "Session {Session} has ended; its threads are given up and a new one is opened.")]
    private static partial void LogSessionLost(ILogger logger, SessionId session);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Warning,
        Message = "The end of session {Session} could not be told; other nodes take its threads when it runs out, after {Length} at most.")]
    private static partial void LogEndNotTold(ILogger logger, SessionId session, TimeSpan length, Exception exception);
}
