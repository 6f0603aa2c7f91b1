using Actant.Metering;
using Actant.Steps;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Signals;

/// <summary>
/// Hands in how unsafe calls ended whose thread is not held here any more, so that the person who is asked about them sees it. Tries for
/// some minutes: the store may be what was away.
/// </summary>
internal sealed partial class LateReports(IActantStore store, TimeProvider time, EngineMeter meter, ILogger log)
{
    private const int MostTries = 12;
    private const int MostAtOnce = 100;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private int _open;

    /// <summary>Hands an outcome in, if it is one that a person may be asked about. Returns at once.</summary>
    public void HandIn(StepOutcome outcome)
    {
        if (LateReport.Of(outcome) is not { } report)
        {
            return;
        }

        if (Interlocked.Increment(ref _open) > MostAtOnce)
        {
            Interlocked.Decrement(ref _open);
            LogLost(log, null, report.CallId);
            return;
        }

        _ = HandInAsync(outcome.Step.Context.Thread, report.SignalOf(outcome.Step.Context.Execution), report.CallId);
    }

    private async Task HandInAsync(ThreadKey thread, Signal signal, string call)
    {
        await Task.Yield();
        try
        {
            var pause = s_firstPause;
            for (var tries = 1; ; tries++)
            {
                try
                {
                    // An execution that has ended, a thread that is gone: then nobody is asked any more.
                    var result = await store.For(thread.Tenant).SignalAsync(thread.Thread, [signal], CancellationToken.None);
                    LogHandedIn(log, call, thread, result.Outcome);
                    return;
                }
                catch (StoreUnavailableException exception) when (tries < MostTries)
                {
                    meter.StoreFailed(exception);
                }

                await Task.Delay(pause, time);
                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
        }
        catch (Exception exception)
        {
            LogLost(log, exception, call);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    [LoggerMessage(EventId = 1007, Level = LogLevel.Information, Message = "How call {Call} ended was handed in to thread {Thread}, which is not held here any more: {Outcome}.")]
    private static partial void LogHandedIn(ILogger logger, string call, ThreadKey thread, SignalOutcome outcome);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning, Message = "How call {Call} ended could not be handed in; a person is asked about it without that.")]
    private static partial void LogLost(ILogger logger, Exception? exception, string call);
}
