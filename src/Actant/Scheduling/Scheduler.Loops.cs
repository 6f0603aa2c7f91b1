using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Scheduling;

internal sealed partial class Scheduler
{
    private const int LargestTake = 100;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private async Task OpenSessionAsync(CancellationToken cancellationToken)
    {
        var sent = services.Time.GetTimestamp();
        var opens = new OpenSession(Options.Node, Options.SessionLength, Options.Address) { Capabilities = services.Capabilities.Names };
        var session = await services.Store.OpenSessionAsync(opens, cancellationToken);
        services.Time.Read(session.At, sent);
        await services.Time.EnsureAsync(cancellationToken);
        _session = new SessionLife(session, services.Time, sent);
        services.Peers.Session = session.Id;
        services.Outbox.Attach(session.Id, IsAlive(_session));
    }

    private static Func<bool> IsAlive(SessionLife session) => () => session.IsAlive;

    private async Task TakeLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WaitForWorkAsync(cancellationToken);
                await TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogTakeFailed(services.Log, exception);
                services.Meter.StoreFailed(exception);
                _mayBeReady = true;
                await Task.Delay(s_longestPause, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        var due = _nextDue is { } next ? services.Time.Until(next) : Timeout.InfiniteTimeSpan;
        if (due == Timeout.InfiniteTimeSpan || due > Options.SessionLength)
        {
            await _look.WaitAsync(cancellationToken);
            return;
        }

        using var clock = new CancellationTokenSource(due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1), services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            await _look.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _nextDue = null;
            _mayBeReady = true;
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var pauses = 0;
        while (_mayBeReady && IsRunning)
        {
            var isContended = false;
            var taking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _taking = taking.Task;
            var free = Reserve(LargestTake);
            if (free == 0)
            {
                taking.SetResult();
                return;
            }

            // Before the take, so that what becomes ready during it is not overlooked.
            var signals = Signals;
            _capped.BeginLook();
            _mayBeReady = false;
            try
            {
                var result = await services.Store.TakeAsync(Request(free), cancellationToken);
                if (_capped.EndLook(result.Capped) || result.IsContended || result.Threads.Count > 0)
                {
                    // Set and never combined: others set it at any moment, and what was read before would be written over that.
                    _mayBeReady = true;
                }

                foreach (var thread in result.Threads)
                {
                    Begin(thread, signals);
                    free--;
                }

                isContended = result.IsContended && result.Threads.Count == 0;
            }
            finally
            {
                Interlocked.Add(ref _slots, -free);
                taking.SetResult();
            }

            pauses = isContended ? pauses + 1 : 0;
            if (isContended)
            {
                await Task.Delay(PauseOf(pauses), services.Time, cancellationToken);
            }
        }
    }

    /// <summary>At random, so that nodes which met do not meet again: up to 4 ms, 8, … 64.</summary>
    private TimeSpan PauseOf(int pauses) => TimeSpan.FromMilliseconds(1 + (services.Random.NextDouble() * (2 << Math.Min(pauses, 5))));

    private async Task RenewLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Options.HeartbeatInterval, services.Time, cancellationToken);
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

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var session = _session!;
        var sent = services.Time.GetTimestamp();
        var heartbeat = await AskAsync(session, cancellationToken);
        if (heartbeat is null || !session.TryRenew(sent))
        {
            LogSessionLost(services.Log, session.Id);
            session.End();
            await OpenSessionAsync(cancellationToken);
            Look();
            return;
        }

        services.Time.Read(heartbeat.At, sent);
        _nextDue = heartbeat.NextDue;
        services.Outbox.Due(heartbeat.NextDelivery);
        foreach (var thread in heartbeat.Signalled)
        {
            TryTell(thread);
        }

        if (heartbeat.WorkIsReady || heartbeat.NextDue is not null)
        {
            if (heartbeat.WorkIsReady)
            {
                _mayBeReady = true;
            }

            Wake();
        }
    }

    /// <summary>The answer to a renewal; <c>null</c> when the session has ended before it came.</summary>
    private async Task<Heartbeat?> AskAsync(SessionLife session, CancellationToken cancellationToken)
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

    private async Task WatchLoopAsync(IAsyncEnumerable<Wakeup> wakeups, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var wakeup in wakeups)
            {
                switch (wakeup.Kind)
                {
                    case WakeupKind.WorkIsReady:
                        Look();
                        break;
                    case WakeupKind.Signalled:
                        TryTell(wakeup.Thread!.Value);
                        break;
                    case WakeupKind.Progressed:
                        services.Waiters.Tell(wakeup.Execution!.Value, null);
                        services.Hub.Poke(wakeup.Thread!.Value);
                        break;
                    case WakeupKind.LeaseEnded:
                        LeaseEnded(wakeup.Thread!.Value);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Work could not be taken; trying again soon.")]
    private static partial void LogTakeFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "The session could not be renewed; trying again.")]
    private static partial void LogRenewFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning, Message = "Session {Session} has ended; its threads are given up and a new one is opened.")]
    private static partial void LogSessionLost(ILogger logger, SessionId session);
}
