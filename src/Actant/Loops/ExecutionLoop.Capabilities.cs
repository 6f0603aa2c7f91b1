using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private IReadOnlyList<string>? _missing;

    /// <summary>
    /// Gives the thread back to a process that has what this one lacks. What could be done without its program is stored; a signal or the
    /// deadline lets anybody look again.
    /// </summary>
    private async Task LeaveToCapableAsync(IReadOnlyList<string> needs)
    {
        LogLeft(_services.Log, Thread, string.Join(", ", needs));
        if (_state.Execution is not { } execution)
        {
            await ReleaseAsync(LeaseChange.Sleep, Deadline, [], needs);
            return;
        }

        var asks = execution.OpenInterrupts.Any();
        await ReleaseAsync(LeaseChange.Sleep, Deadline, [Change(asks ? ExecutionStatus.Interrupted : ExecutionStatus.Running)], needs);
        if (asks)
        {
            Tell(ExecutionStatus.Interrupted, Results.Of(_record!, _state, execution));
        }
    }

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "Thread {Thread} is left to a node that has what this one lacks: {Needs}.")]
    private static partial void LogLeft(ILogger logger, ThreadKey thread, string needs);
}
