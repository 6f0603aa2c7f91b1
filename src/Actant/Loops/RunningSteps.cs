using Actant.Steps;

namespace Actant.Loops;

/// <summary>The steps of a loop: those that are planned, those that have their slot, and those that run.</summary>
internal sealed class RunningSteps(LeasedThread thread)
{
    private readonly Dictionary<StepKey, (RunningStep Step, CancellationTokenSource Stop)> _running = [];

    /// <summary>Those that wait for a slot.</summary>
    public PlannedSteps Planned { get; } = new();

    /// <summary>Those that have a slot, and wait until what they are made of is stored.</summary>
    public List<RunningStep> Admitted { get; } = [];

    /// <summary>How many run.</summary>
    public int Count => _running.Count;

    /// <summary>How many have a slot.</summary>
    public int Slots => _running.Count + Admitted.Count;

    /// <summary>Whether a step is planned, or further.</summary>
    public bool IsUnderWay(StepKey key)
    {
        foreach (var step in Admitted)
        {
            if (step.Key == key)
            {
                return true;
            }
        }

        return _running.ContainsKey(key) || Planned.Contains(key);
    }

    /// <summary>Whether one runs of which something is true.</summary>
    public bool IsAny(Func<RunningStep, bool> which)
    {
        foreach (var running in _running.Values)
        {
            if (which(running.Step))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A step runs from now on.</summary>
    /// <returns>Tells it to stop.</returns>
    public CancellationToken Begin(RunningStep step)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(thread.LeaseLost);
        _running[step.Key] = (step, stop);
        return stop.Token;
    }

    /// <summary>The step of an outcome runs no more. <c>false</c> if it was stopped before; another one may run under its key.</summary>
    public bool TryTake(StepOutcome outcome)
    {
        if (!_running.TryGetValue(outcome.Step.Key, out var running) || !ReferenceEquals(running.Step, outcome.Step))
        {
            return false;
        }

        Remove(outcome.Step);
        return true;
    }

    /// <summary>A step runs no more.</summary>
    public void Remove(RunningStep step)
    {
        if (_running.Remove(step.Key, out var running))
        {
            running.Stop.Dispose();
        }
    }

    /// <summary>Stops all that run; how they end is of no interest any more.</summary>
    public void Stop() => Stop(static _ => true);

    /// <summary>Stops some that run; how they end is of no interest any more.</summary>
    public void Stop(Func<RunningStep, bool> which)
    {
        foreach (var (key, running) in _running.Where(pair => which(pair.Value.Step)).ToList())
        {
            _ = running.Stop.CancelAsync();
            _running.Remove(key);
            if (running.Step is ModelStep model)
            {
                thread.Live.Restart(model.Delta(0, ""));
            }
        }
    }

    /// <summary>Tells some that run to stop, and goes on waiting for their end. What a tool does when it hears of it must not hold up anything.</summary>
    public void RequestStop(Func<RunningStep, bool> which)
    {
        foreach (var running in _running.Values.Where(running => which(running.Step)))
        {
            _ = running.Stop.CancelAsync();
        }
    }

    /// <summary>Waits for the end of some no more, which were told to stop.</summary>
    public List<RunningStep> GiveUp(Func<RunningStep, bool> which)
    {
        var given = _running.Where(running => which(running.Value.Step)).ToList();
        foreach (var (key, _) in given)
        {
            _running.Remove(key);
        }

        return given.ConvertAll(static running => running.Value.Step);
    }

    /// <summary>Forgets those that have not begun.</summary>
    public void ClearPlanned()
    {
        Planned.Clear();
        Admitted.Clear();
    }
}
