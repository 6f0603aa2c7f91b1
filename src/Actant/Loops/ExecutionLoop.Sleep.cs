using Actant.Graphs;
using Actant.Nodes;
using Actant.Signals;
using Actant.Steps;
using Actant.Storage;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private readonly Dictionary<StepKey, (DateTimeOffset Due, ScopeRun Run, Activation Activation)> _waits = [];

    /// <summary>Whether nothing of this thread is left to do here and now.</summary>
    private bool IsAsleep =>
        _running.Count == 0 && _admitted.Count == 0
        && (_isDraining || _isStopping || (_planned.Count == 0 && _work.Count == 0))
        && (_isDraining || _isStopping || _state.Execution is null || !HasShortWait);

    private bool HasShortWait => _waits.Values.Any(wait => wait.Due - Now <= _services.Options.LongestWaitInMemory);

    /// <summary>When the execution must have ended. Time that it waits for people is added, unless its definition counts it.</summary>
    private DateTimeOffset? Deadline
    {
        get
        {
            if (_record?.Deadline is not { } deadline || _state.Execution is not { } execution || _program?.Definition.Limits.CountWaiting == true)
            {
                return _record?.Deadline;
            }

            return execution.WaitingSince is null || _running.Count > 0 ? deadline + execution.Waited : null;
        }
    }

    /// <summary>Gives the lease back, with everything stored: the thread waits for a person or a time, or its process stops.</summary>
    private async Task SleepAsync()
    {
        await LandAsync();
        if (_ending is not null || !IsAsleep)
        {
            // The append that ran ahead brought signals.
            return;
        }

        if (_state.Execution is not { } execution)
        {
            await ReleaseAsync(LeaseChange.Release, null, []);
            return;
        }

        if (_isStopping && !IsStopped && _stop is { } stop)
        {
            Ask("", null, Decisions.Stopped, principal: StopRequest.Read(stop.Body).Principal);
            Consume(stop);
        }

        if (_isDraining)
        {
            await ReleaseAsync(LeaseChange.Release, null, [Change(ExecutionStatus.Running)]);
            return;
        }

        var asks = execution.OpenInterrupts.Any();
        if (!asks && _waits.Count == 0)
        {
            _ending = Ending.Failed(new Failure { Code = "graph_stalled", Message = "Nothing runs, waits or can start, and the graph is not over." });
            return;
        }

        DateTimeOffset?[] times = [Deadline, .. NodeDeadlines, .. _waits.Values.Select(wait => (DateTimeOffset?)wait.Due)];
        await ReleaseAsync(LeaseChange.Sleep, times.Min(), [Change(asks ? ExecutionStatus.Interrupted : ExecutionStatus.Running)]);
        if (asks)
        {
            Tell(ExecutionStatus.Interrupted, Results.Of(_record!, _state, execution));
        }
    }

    private async Task ReleaseAsync(LeaseChange lease, DateTimeOffset? due, IReadOnlyList<ExecutionChange> changes, IReadOnlyList<string>? needs = null)
    {
        _isReleased = true;
        await SettleAsync(await AppendAsync(lease, due, changes, needs));
    }

    private ExecutionChange Change(ExecutionStatus status) => new()
    {
        Execution = _state.Execution!.Id,
        Status = status,
        StartPosition = _state.Execution.StartPosition,
        Tokens = _state.Execution.Usage.Total,
        CostUsd = _state.Execution.CostUsd,
    };

    private void Tell(ExecutionStatus status, ExecutionResult result)
    {
        // First: who hears of the end may begin the next turn at once.
        Keep();
        _services.Waiters.Tell(result.Record.Id, result with { Record = result.Record with { Status = status } });
    }

    private void TimeCame()
    {
        if (_inFlight is { IsFaulted: true } or { IsCanceled: true })
        {
            _mustCommit = _mustWait = true;
        }

        SeeDeadline();
        if (_ending is not null)
        {
            return;
        }

        foreach (var (key, wait) in _waits.Where(pair => pair.Value.Due <= Now).ToList())
        {
            _waits.Remove(key);
            _work.Enqueue((wait.Run, wait.Activation));
        }

        GiveUpClosing();
        LookAtClocks();
        SetTimer();
    }

    /// <summary>Once the deadline has passed nothing begins any more, and nothing is completed.</summary>
    private void SeeDeadline()
    {
        if (_ending is null or { Status: ExecutionStatus.Completed } && Deadline is { } deadline && deadline <= Now)
        {
            _ending = new Ending(ExecutionStatus.TimedOut) { Deadline = deadline };
        }
    }

    /// <summary>Rings at the next wait or deadline, and soon while the session does not permit to start anything.</summary>
    private void SetTimer()
    {
        DateTimeOffset?[] times = [Deadline, _closingUntil, _isHeldBack ? Now + s_lookAtSession : null, .. NodeDeadlines, .. _waits.Values.Select(wait => (DateTimeOffset?)wait.Due)];
        if (times.Min() is not { } next)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = next - Now;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestTimer ? s_longestTimer : wait;
        if (_timer is null)
        {
            _timer = _services.Time.CreateTimer(_ => _mailbox.Writer.TryWrite(LoopMessage.Time), null, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_lookAtSession = TimeSpan.FromMilliseconds(100);
}
