using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;

namespace Actant.Loops;

/// <summary>
/// When a loop must plan again: nodes that sleep, waits for another attempt, time-outs of nodes, the deadline of the execution, the grace of what is closing.
/// Deadlines are stored, so that they hold whoever has the thread.
/// </summary>
internal sealed class LoopClock(LeasedThread thread, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, LoopMailbox mailbox)
{
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_showAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_sessionPoll = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<StepKey, (DateTimeOffset Due, ScopeRun Run, Activation Activation)> _waits = [];

    /// <summary>Activations with a time-out that were looked at here.</summary>
    private readonly HashSet<(ScopeRun Run, Activation Activation)> _timed = [];

    private ITimer? _timer;

    /// <summary>By when what waits for the next commit is stored all the same, for those who look on; <c>null</c> while nothing runs longer.</summary>
    public DateTimeOffset? ShowBy { get; private set; }

    /// <summary>Until when the ends of unsafe calls are waited for in what is closing.</summary>
    public DateTimeOffset? ClosingUntil { get; set; }

    /// <summary>Whether steps are ready to start, and the session has no time left for them.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Whether a time is waited for: another attempt, or the end of a sleep.</summary>
    public bool HasWaits => _waits.Count > 0;

    /// <summary>Whether one is waited for that comes too soon to leave memory.</summary>
    public bool HasShortWait => _waits.Values.Any(wait => wait.Due - thread.Now <= thread.Services.Options.LongestWaitInMemory);

    /// <summary>When the execution must have ended. Time that it waits for people is added, unless its definition counts it.</summary>
    public DateTimeOffset? Deadline
    {
        get
        {
            if (thread.Record?.Deadline is not { } deadline || journal.Execution is not { } execution || thread.Program?.Definition.Limits.CountWaiting == true)
            {
                return thread.Record?.Deadline;
            }

            return execution.WaitingSince is null || steps.Count > 0 ? deadline + execution.Waited : null;
        }
    }

    /// <summary>The next time that the thread waits for; <c>null</c> if it waits for none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            var next = Deadline;
            foreach (var (run, activation) in _timed)
            {
                next = Earlier(next, DueOf(run, activation));
            }

            foreach (var wait in _waits.Values)
            {
                next = Earlier(next, wait.Due);
            }

            return next;
        }
    }

    /// <summary>Whether the next attempt lies in the future; then the timer queues the activation again.</summary>
    public bool MustWait(StepKey key, DateTimeOffset? notBefore, ScopeRun run, Activation activation)
    {
        if (notBefore is not { } due || due <= thread.Now)
        {
            return false;
        }

        _waits[key] = (due, run, activation);
        Set();
        return true;
    }

    /// <summary>An activation with a time-out goes on: from now on its deadline is stored, whoever holds the thread.</summary>
    public void Start(ScopeRun run, Activation activation, ActivationView view)
    {
        if (activation.Node.Definition.Timeout is not { } timeout)
        {
            return;
        }

        if (view.State.Deadline is null)
        {
            // What began under an earlier release has no such entry: its time began with its first one.
            journal.Write(new NodeStarted { Deadline = (view.State.Since ?? thread.Now) + timeout }, run.Path, activation.Name);
            pending.Require();
        }

        if (_timed.Add((run, activation)))
        {
            Set();
        }
    }

    /// <summary>An activation sleeps until a time: from now on it is stored, whoever holds the thread; at once where the thread may leave memory meanwhile.</summary>
    public void Sleep(ScopeRun run, Activation activation, ActivationView view, DateTimeOffset until)
    {
        if (view.State.WakeAt is null)
        {
            journal.Write(new NodeStarted { WakeAt = until }, run.Path, activation.Name);
            if (until - thread.Now > thread.Services.Options.LongestWaitInMemory)
            {
                pending.Require();
            }
        }

        if (!MustWait(new StepKey(run.Path, activation.Name, null), until, run, activation))
        {
            // The time has come since that was decided: no timer would say so any more.
            scopes.Enqueue(run, activation);
        }
    }

    /// <summary>Whether the time-out of an activation's node has passed.</summary>
    public bool IsOver(ScopeRun run, Activation activation) => DueOf(run, activation) <= thread.Now;

    /// <summary>Queues every activation whose time has come.</summary>
    public void EnqueueWaits()
    {
        foreach (var (key, wait) in _waits.Where(pair => pair.Value.Due <= thread.Now).ToList())
        {
            _waits.Remove(key);
            scopes.Enqueue(wait.Run, wait.Activation);
        }
    }

    /// <summary>Queues every activation whose time-out has passed.</summary>
    public void EnqueueTimeouts()
    {
        _timed.RemoveWhere(timed => !scopes.IsRunning(timed.Run, timed.Activation));
        foreach (var (run, activation) in _timed.Where(timed => IsOver(timed.Run, timed.Activation)))
        {
            scopes.Enqueue(run, activation);
        }
    }

    /// <summary>Rings at the next wait or deadline, and soon while the session does not permit to start anything.</summary>
    public void Set()
    {
        if (Earlier(Earlier(Earlier(Next, ClosingUntil), ShowBy), IsHeldBack ? thread.Now + s_sessionPoll : null) is not { } next)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = next - thread.Now;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestTimer ? s_longestTimer : wait;
        if (_timer is null)
        {
            _timer = thread.Services.Time.CreateTimer(_ => mailbox.TryPost(LoopMessage.Time), null, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>
    /// A step runs or a retry is waited for, and what came before is not stored: that costs a commit of its own. A step that ends at once needs
    /// none, all goes with its outcome; behind a longer one whoever looks at the thread must see the question and what has failed, and a crash
    /// must not forget them.
    /// </summary>
    /// <param name="isUnstored">Whether there is something that is not stored.</param>
    public void Show(bool isUnstored)
    {
        if (isUnstored != ShowBy.HasValue)
        {
            ShowBy = isUnstored ? thread.Now + s_showAfter : null;
            Set();
        }
    }

    /// <summary>Nothing is waited for in what is closing.</summary>
    public void ForgetWaits(ClosingScope closing)
    {
        foreach (var key in _waits.Keys.Where(key => closing.Contains(key.Path, key.Activation)).ToList())
        {
            _waits.Remove(key);
        }
    }

    /// <summary>No other attempt is waited for, and nothing sleeps.</summary>
    public void ForgetWaits() => _waits.Clear();

    /// <summary>What runs is looked at anew.</summary>
    public void Reopen()
    {
        _timed.Clear();
        (ClosingUntil, ShowBy) = (null, null);
    }

    /// <summary>It never rings again.</summary>
    public void Stop() => _timer?.Dispose();

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    /// <summary>When an activation must have ended; <c>null</c> without a time-out, while people alone are waited for in it, and once it is closing.</summary>
    private DateTimeOffset? DueOf(ScopeRun run, Activation activation)
    {
        if (journal.State.FindActivation(run.Path, activation.Name) is not { Deadline: { } deadline } state
            || journal.IsClosing(run.Path, activation.Name))
        {
            return null;
        }

        return state.WaitingSince is null || IsRunningInside(run, activation) ? deadline + state.Waited : null;
    }

    private bool IsRunningInside(ScopeRun run, Activation activation) => steps.IsAny(step => IsInside(step, run, activation));

    private static bool IsInside(RunningStep step, ScopeRun run, Activation activation) =>
        step.Run == run ? step.Activation.Equals(activation)
        : step.Run.Path.Length > 0 && ScopePath.IsAtOrBelow(step.Run.Path, ScopePath.OfNode(run.Path, activation.Name));
}
