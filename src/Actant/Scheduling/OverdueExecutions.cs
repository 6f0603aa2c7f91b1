using Actant.Loops;
using Actant.Outbox;
using Actant.Signals;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Scheduling;

/// <summary>
/// Ends executions whose deadline passes before they have begun: nobody holds them for that, and what keeps them waiting (a cap, full slots,
/// another execution or a question of their thread) may last for days. They end as if somebody had cancelled them, on their thread's journal.
/// </summary>
/// <remarks>Every process sees to all of them: a signal has one key, so that it is there once, whoever sends it.</remarks>
internal sealed partial class OverdueExecutions : IAsyncDisposable
{
    private const int LargestList = 100;
    private const int MostAtOnce = 4;

    private readonly LoopServices _services;
    private readonly Func<ThreadKey, bool, CancellationToken, ValueTask> _signalled;
    private readonly PollSignal _bell = new();
    private readonly WakeTimer _timer;

    /// <param name="services">What all share.</param>
    /// <param name="signalled">Told that a thread has a signal by which something ends, and whether somebody holds it.</param>
    public OverdueExecutions(LoopServices services, Func<ThreadKey, bool, CancellationToken, ValueTask> signalled)
    {
        (_services, _signalled) = (services, signalled);
        _timer = new WakeTimer(services.Time, _bell.Ring);
    }

    /// <summary>A deadline of an execution that has not begun; <c>null</c> for none.</summary>
    public void Expect(DateTimeOffset? deadline)
    {
        if (deadline is { } at)
        {
            // Not before the store's clock says so, too.
            _timer.RingAt(_services.Time.GetUtcNow() + _services.Time.Until(at));
        }
    }

    /// <summary>Ends what is overdue whenever something may be, until that is cancelled.</summary>
    public async Task EndLoopAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _bell.WaitAsync(cancellationToken);
                await EndAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The next heartbeat says again what is overdue.
                LogFailed(_services.Log, exception);
                _services.Meter.StoreFailed(exception);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _bell.Dispose();
    }

    /// <summary>One that was signalled is listed no more: the next list holds others.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OverdueExecution> overdue;
        do
        {
            overdue = await _services.Store.ListOverdueAsync(LargestList, cancellationToken);
            await Parallel.ForEachAsync(
                overdue, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken }, async (one, token) => await EndAsync(one, token));
        }
        while (overdue.Count == LargestList);
    }

    private async ValueTask EndAsync(OverdueExecution overdue, CancellationToken cancellationToken)
    {
        var result = await _services.Store.For(overdue.Thread.Tenant).SignalAsync(
            overdue.Thread.Thread,
            [
                new Signal
                {
                    Kind = SignalKind.Cancel,
                    Execution = overdue.Execution,
                    Key = $"deadline:{overdue.Execution}",
                    Body = new CancelRequest(null, RollsBack: false, null) { Deadline = overdue.Deadline }.ToBytes(),
                },
            ],
            cancellationToken);
        if (result.Outcome is SignalOutcome.Stored or SignalOutcome.Replayed)
        {
            await _signalled(overdue.Thread, result.HeldBy is not null, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "Executions that let their deadline pass before they began could not be ended; trying again soon.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
