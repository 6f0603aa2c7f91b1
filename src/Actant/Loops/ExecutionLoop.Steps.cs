using Actant.Egress;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private ITimer? _timer;

    /// <summary>
    /// Whether a former owner may have shown answers that it did not store, and cannot say so any more. Which ones, the journal does
    /// not know: each that begins here for the first time may be one.
    /// </summary>
    private bool _isTakenOver;

    /// <summary>Whether the activation that planned a step still runs.</summary>
    private bool IsWanted(RunningStep step) => _runs.GetValueOrDefault(step.Run.Path) == step.Run && step.Run.Planner.IsRunning(step.Activation);

    private bool IsUnderWay(StepKey key)
    {
        foreach (var step in _admitted)
        {
            if (step.Key == key)
            {
                return true;
            }
        }

        return _running.ContainsKey(key) || _planned.Contains(key);
    }

    /// <summary>Whether the next attempt lies in the future; then the timer looks at the activation again.</summary>
    private bool MustWait(StepKey key, DateTimeOffset? notBefore, ScopeRun run, Activation activation)
    {
        if (notBefore is not { } due || due <= Now)
        {
            return false;
        }

        _waits[key] = (due, run, activation);
        SetTimer();
        return true;
    }

    /// <summary>Gives planned steps their slots. A call that must be known to have begun gets its entry now, and waits for the commit.</summary>
    private void AdmitSteps()
    {
        while (!_isStopping && !_isDraining && _running.Count + _admitted.Count < _services.Options.MaxParallelSteps && _planned.TryDequeue(out var step))
        {
            if (!IsWanted(step))
            {
                continue;
            }

            if (step is FilterStep filter)
            {
                Pass(filter);
                continue;
            }

            if (step is ToolStep called)
            {
                // Its time begins with its slot, not with its place in the queue; that of an attempt which a crash cut off goes on.
                var began = FindCall(called) is { IsOpen: true, Deadline: { } stored } && called.Tool.Class != ToolClass.Unsafe ? stored : (DateTimeOffset?)null;
                step = called with { Deadline = began ?? Now + called.Tool.Limits.Timeout };
            }

            if (step is ToolStep tool && NeedsStart(tool))
            {
                Write(
                    new ToolStarted
                    {
                        CallId = tool.Call.Id,
                        Tool = tool.Call.Tool,
                        Version = tool.Tool.Version,
                        Class = tool.Tool.Class,
                        Arguments = tool.Arguments,
                        IdempotencyKey = tool.IdempotencyKey,
                        Deadline = tool.Deadline,
                    },
                    step.Run.Path,
                    step.Activation.Name,
                    step.Attempt);
                if (tool.Tool.Class == ToolClass.Unsafe || tool.Attempt > 1 || tool.IsChanged)
                {
                    _mustCommit = true;
                    _mustWait = true;
                }
            }

            _admitted.Add(step);
        }
    }

    /// <summary>
    /// A pure call that a model demanded is made of what is stored already; every other one is known to have begun, and with which
    /// arguments.
    /// </summary>
    private bool NeedsStart(ToolStep step) =>
        step.Tool.Class != ToolClass.Pure || step.Attempt > 1 || step.IsChanged || step.Tool.RequiresApproval
        || _state.FindActivation(step.Run.Path, step.Activation.Name)?.Answer is null;

    private void StartSteps()
    {
        // In the last fifth of its session a process starts nothing: what it began might end after somebody else took over.
        _isHeldBack = _admitted.Count > 0 && !_mayStart();
        if (_isHeldBack)
        {
            SetTimer();
            return;
        }

        var deadline = Deadline ?? DateTimeOffset.MaxValue;
        foreach (var step in _admitted.Where(IsWanted))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_leaseLost);
            _running[step.Key] = (step, stop);
            if (step is ModelStep { MessageId: var answer } asked && _isTakenOver && _begun.Add(answer))
            {
                _live.BeginAgain(asked.Piece(0, ""));
            }

            _ = RunAsync(step, step switch
            {
                ModelStep model => token => _services.Runner.AskAsync(model, _live, token),
                ToolStep tool => token => _services.Runner.CallAsync(tool, _services.Late.HandIn, token),
                _ => throw new InvalidOperationException($"A step of type {step.GetType()} cannot be run."),
            }, deadline, stop.Token);
        }

        _admitted.Clear();
        if (_state.Execution?.WaitingSince is not null)
        {
            // While something runs beside an open question, the deadline counts.
            SetTimer();
        }
    }

    private async Task RunAsync(RunningStep step, Func<CancellationToken, Task<StepOutcome>> run, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        // Off this loop's stack: a step that ends at once must find the loop ready to hear of it.
        await Task.Yield();
        var began = _services.Time.GetTimestamp();
        StepOutcome outcome;

        // Asked again right before a request's bytes leave: what a call waits for may take longer than the session lives.
        var permit = SendPermit.Current = new SendPermit(MayRun);
        try
        {
            // The process may have been held up since this was decided, and somebody else may have the thread by now.
            outcome = MayRun() ? await run(cancellationToken) : new StepOutcome.NotBegun(step);
        }
        catch (Exception exception)
        {
            outcome = cancellationToken.IsCancellationRequested
                ? new StepOutcome.Aborted(step)
                : new StepOutcome.Failed(step, new Failure { Code = "step_failed", Message = exception.Message });
        }

        if (permit.KeptAllBack && outcome is not StepOutcome.Aborted)
        {
            outcome = new StepOutcome.NotBegun(step);
        }

        _services.Meter.Attempted(outcome, _services.Time.GetElapsedTime(began));
        if (!_mailbox.Writer.TryWrite(new LoopMessage.StepEnded(outcome)))
        {
            _services.Late.HandIn(outcome);
        }

        bool MayRun() => !cancellationToken.IsCancellationRequested && _mayStart() && Now < deadline;
    }

    private void StopSteps(Func<RunningStep, bool> which)
    {
        foreach (var (key, running) in _running.Where(pair => which(pair.Value.Step)).ToList())
        {
            _ = running.Stop.CancelAsync();
            _running.Remove(key);
            if (running.Step is ModelStep model)
            {
                _live.Restart(model.Piece(0, ""));
            }
        }
    }
}
