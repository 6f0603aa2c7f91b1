using Actant.Loops;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Waits until executions have ended or wait for a person, wherever they run.</summary>
internal sealed class ExecutionWaiter(TenantScope scope, ResultReader results, InboxReader inbox)
{
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPoll = TimeSpan.FromMilliseconds(50);

    public async Task<ExecutionResult> WaitAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        RemoteExecution? remote = null;
        var poll = s_longestPoll;
        try
        {
            while (true)
            {
                using var waiter = scope.Services.Waiters.Wait(id);
                await (remote?.ListenAsync(cancellationToken) ?? Task.CompletedTask);
                if (!scope.Services.Waiters.IsRunning(scope.Tenant, id))
                {
                    var record = await scope.Store.GetExecutionAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no execution {id}.");
                    if (record.Status.IsEnd())
                    {
                        return await results.ReadAsync(record, cancellationToken);
                    }

                    var isRemote = scope.Services.Peers.CanFollow && !scope.Services.Waiters.IsAccepted(id);
                    if (record.Status == ExecutionStatus.Interrupted && !waiter.Task.IsCompleted)
                    {
                        if (await AskedAsync(record, cancellationToken) is { } asked)
                        {
                            return asked;
                        }

                        // Which node takes the answer up is not known before it has done so, and nobody notifies this one.
                        poll = !isRemote ? s_longestPoll : poll == s_longestPoll ? s_firstPoll : Min(poll * 2, s_longestPoll);
                    }
                    else
                    {
                        poll = s_longestPoll;
                    }

                    if (remote is null && record.Status == ExecutionStatus.Running && isRemote)
                    {
                        remote = new RemoteExecution(scope.Services, record);
                        continue;
                    }
                }

                // Of a question they poll for themselves: it may have been answered before they began to wait.
                if (await ResultAsync(waiter, remote, poll, cancellationToken) is { Record.Status: not ExecutionStatus.Interrupted } result)
                {
                    return result;
                }
            }
        }
        finally
        {
            remote?.Dispose();
        }
    }

    /// <summary>The result, where those who wait are given it; they poll for themselves when something was heard, and after a while in any case.</summary>
    private async Task<ExecutionResult?> ResultAsync(EndWaiters.Waiter waiter, RemoteExecution? remote, TimeSpan poll, CancellationToken cancellationToken)
    {
        var given = waiter.Task;
        try
        {
            if (remote is null)
            {
                return await given.WaitAsync(poll, scope.Services.Time, cancellationToken);
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                await Task.WhenAny(given, remote.HearAsync(stop.Token)).WaitAsync(poll, scope.Services.Time, cancellationToken);
            }
            finally
            {
                await stop.CancelAsync();
            }

            return given.IsCompleted ? await given : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>
    /// What an execution asks that slept a moment ago; <c>null</c> while something is in its inbox that answers a question of it or
    /// ends it. The inbox is read first: what has left it by then is in the row and the journal.
    /// </summary>
    private async Task<ExecutionResult?> AskedAsync(ExecutionRecord asleep, CancellationToken cancellationToken)
    {
        var (answered, isCancelled) = await inbox.ReadAsync(asleep, cancellationToken);
        var record = isCancelled ? null : await scope.Store.GetExecutionAsync(asleep.Id, cancellationToken);
        if (record is not { Status: ExecutionStatus.Interrupted })
        {
            return null;
        }

        var result = await results.ReadAsync(record, cancellationToken);
        return result.Interrupts.Any(open => answered.Contains(open.Id)) ? null
            : result.Interrupts.Count > 0 || (await scope.Store.GetExecutionAsync(record.Id, cancellationToken))?.Status == ExecutionStatus.Interrupted ? result
            : null;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
