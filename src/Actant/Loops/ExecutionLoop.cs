using Actant.Definitions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Tiers;
using Actant.Tracing;

namespace Actant.Loops;

/// <summary>
/// Runs one leased thread until its execution ends, sleeps, or the lease is lost. Everything that changes the state happens on
/// this one loop; steps run beside it and send their outcomes to its mailbox.
/// </summary>
/// <remarks>
/// 1. Fold the journal (<see cref="LoopJournal"/>), take the signals (<see cref="Inbox"/>).
/// 2. Plan: look at every activation that something happened to; effect-less ones finish at once, steps are planned (<see cref="ActivationPlanner"/>).
/// 3. Commit, if something must be stored before what follows (<see cref="Committer"/>).
/// 4. Start the planned steps (<see cref="StepStarter"/>).
/// 5. Wait for an outcome (<see cref="StepOutcomes"/>), a signal or a time (<see cref="LoopClock"/>); apply it; from 2 again.
/// </remarks>
internal sealed class ExecutionLoop
{
    // What is not stored yet is written as JSON, and in pieces, until it is.
    private const int CopiesOfPending = 2;

    private readonly LeasedThread _thread;
    private readonly LoopCourse _course = new();
    private readonly LoopMailbox _mailbox = new();
    private readonly LoopJournal _journal;
    private readonly StateCharge _memory;
    private readonly PendingCommit _pending;
    private readonly OpenScopes _scopes = new();
    private readonly RunningSteps _steps;
    private readonly LoopClock _clock;
    private readonly CallFilters _filters;
    private readonly ClosingScopes _closings;
    private readonly ScopeTree _tree;
    private readonly ActivationPlanner _planner;
    private readonly StepStarter _starter;
    private readonly StepOutcomes _outcomes;
    private readonly ExecutionStart _start;
    private readonly Inbox _inbox;
    private readonly Committer _committer;
    private readonly ThreadRest _rest;
    private readonly ExecutionEnd _end;
    private readonly Rollback _rollback;
    private readonly StorageWatch _storage;
    private readonly Recovery _recovery;
    private readonly Func<Task> _advance;
    private readonly Func<Task> _wait;
    private int _conflicts;
    private volatile bool _mustDrain;

    /// <summary>A loop for a lease.</summary>
    /// <param name="services">What all loops share.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="mayStart">Whether the session has time enough left to begin something.</param>
    /// <param name="stepStored">Told when a finished step is stored.</param>
    /// <param name="leaseLost">Cancelled when the lease is lost: stop everything, write nothing more.</param>
    public ExecutionLoop(LoopServices services, TakenThread lease, Func<bool> mayStart, Action stepStored, CancellationToken leaseLost)
    {
        // Each piece uses only those above it. What the take has brought of the inbox is used once; the lease is kept for as long as the loop runs.
        _thread = new LeasedThread(services, lease with { Inbox = null }, leaseLost);
        _journal = new LoopJournal(_thread);
        _memory = services.Memory.Enter(_thread.Key.Tenant);
        _pending = new PendingCommit(_thread, _journal);
        _steps = new RunningSteps(_thread);
        _clock = new LoopClock(_thread, _journal, _pending, _scopes, _steps, _mailbox);
        _filters = new CallFilters(_thread, _journal, _scopes, _steps);
        var entries = new StepEntries(_thread, _journal, _pending, _scopes, _filters);
        _closings = new ClosingScopes(_thread, _journal, _pending, _scopes, _steps, _clock, entries);
        _tree = new ScopeTree(_thread, _course, _journal, _scopes, _closings, _filters, entries);
        _storage = new StorageWatch(_thread, _course, _journal, _tree);
        var plans = new StepPlans(_thread, _journal, _steps, _clock, _filters);
        var calls = new CallPlanner(_scopes, _closings, _filters, entries, plans, _tree);
        var children = new ChildExecutions(_thread, _journal, _pending, _scopes, _clock, _tree);
        _planner = new ActivationPlanner(_thread, _course, _journal, _scopes, _clock, _tree, entries, plans, calls, children);
        var filtering = new FilterSteps(_steps, _planner, _mailbox);
        _starter = new StepStarter(_thread, _course, _journal, _pending, _scopes, _steps, _clock, filtering, _mailbox, mayStart);
        _outcomes = new StepOutcomes(_thread, _journal, _pending, _scopes, _steps, entries, _tree);
        _start = new ExecutionStart(_thread, _course, _journal, _pending);
        var steering = new SteeringSignals(_thread, _course, _journal, _pending, _scopes, _clock);
        _inbox = new Inbox(_thread, lease.Inbox, _journal, _pending, _start, new StateChanges(_thread, _journal, _pending, _start), children, steering);
        _committer = new Committer(_thread, _course, _journal, _pending, _inbox, _mailbox, stepStored);
        _rest = new ThreadRest(_thread, _course, _journal, _pending, _scopes, _steps, _clock, entries, _committer);
        var aborts = new StepAborts(_thread, _scopes, _steps, entries, _outcomes, _mailbox);
        _end = new ExecutionEnd(_thread, _course, _journal, _pending, aborts, new OutputFilter(_thread, _course, _journal, _clock, _inbox, _mailbox), _inbox, _committer);
        _rollback = new Rollback(_thread, _course, _journal, _pending, _scopes, _steps, steering, _inbox, _committer);
        var unfolded = new UnfoldedEnd(_thread, _course, _journal, _pending, _inbox, _committer, _rollback);
        _recovery = new Recovery(_thread, _course, _steps, _end, _committer, _rollback, unfolded);
        (_advance, _wait) = (AdvanceAsync, WaitAsync);
    }

    /// <summary>The thread.</summary>
    public ThreadKey Thread => _thread.Key;

    private LoopServices Services => _thread.Services;

    private long Epoch => _thread.Lease.Epoch;

    private bool HasImmediateWork =>
        _course.Ending is not null || _course.Missing is not null || (_scopes.HasWork && !_course.IsHalting) || _committer.IsDue;

    /// <summary>The thread has a new signal.</summary>
    public void Signalled() => _mailbox.TryPost(LoopMessage.Signalled);

    /// <summary>The process wants to stop, or others wait for its place: give the thread back at the next step.</summary>
    public void Drain()
    {
        // Who has always something to do reads no mail.
        _mustDrain = true;
        _mailbox.TryPost(LoopMessage.Drain);
    }

    /// <summary>A thread of this name was deleted: this one, or one before it.</summary>
    public void Deleted() => _mailbox.TryPost(LoopMessage.Deleted);

    /// <summary>Runs to the end of the lease. Never throws.</summary>
    public async Task RunAsync()
    {
        using var span = _thread.Span = ExecutionSpan.Begin(Thread, _thread.Record);
        _thread.Live = Services.Hub.Acquire(Thread);
        _thread.Live.Enter(Epoch, () => _mailbox.TryPost(LoopMessage.Wanted));
        try
        {
            if (_thread is { Lease.Crashes: > 0, Record: { Status: ExecutionStatus.Running } record })
            {
                ExecutionLog.TakenOver(Services.Log, record.Id, record.Agent, _thread.Lease.Crashes);
            }

            await _journal.FoldAsync(_memory);
            _memory.Set(_journal.StateBytes, isThere: true);
            await GoOnAsync(BeginAsync);
            while (!_course.IsReleased)
            {
                await GoOnAsync(_advance);
                if (!_course.IsReleased && !HasImmediateWork)
                {
                    await GoOnAsync(_wait);
                }
            }

            _journal.Keep();
            Services.Conflicted.Forget(Thread);
        }
        catch (OperationCanceledException) when (_thread.LeaseLost.IsCancellationRequested && _course.IsDraining)
        {
            // Nobody took it: what ran has not ended in the time that a stop gives it.
            LoopLog.GivenUp(Services.Log, Thread, Epoch);
        }
        catch (OperationCanceledException) when (_thread.LeaseLost.IsCancellationRequested)
        {
            LoopLog.LeaseLost(Services.Log, Thread, Epoch);
        }
        catch (LeaseLostException)
        {
            LoopLog.LeaseLost(Services.Log, Thread, Epoch);
        }
        catch (Exception exception)
        {
            if (exception is not (JournalUnreadableException or NewerFormatException or TenantFullException))
            {
                LoopLog.Broken(Services.Log, exception, Thread, Epoch);
            }

            await _recovery.RecoverAsync(exception);
        }
        finally
        {
            _memory.Dispose();
            _storage.Leave();
            _steps.Stop();
            CloseMailbox();
            _clock.Stop();
            _thread.Live.Leave(Epoch);
            Services.Hub.Release(Thread, _thread.Live);
        }
    }

    private async Task BeginAsync()
    {
        if (_thread.Lease.DiedAlone >= Services.Options.MaxCrashes && _thread.Record is not null)
        {
            _course.Ending = Ending.Failed(new Failure
            {
                Code = "execution_poisoned",
                Message = $"{_thread.Lease.Crashes} processes in a row died while they ran this execution, {_thread.Lease.DiedAlone} of them with nothing else that could have been the cause. Its journal is kept; look at its last step.",
            });
        }

        _starter.IsTakenOver = _thread.Lease.Crashes > 0 || _journal.Execution is not null;
        await _inbox.TakeAsync();
        if (_journal.Execution is { } execution)
        {
            await ReopenAsync(execution);
            TimeCame();
        }

        if (_course.Ending is null && _clock.Deadline is { } deadline && deadline <= _thread.Now)
        {
            // It passed while nobody held the thread: nothing may start any more.
            _course.Ending = Ending.TimedOut(deadline);
        }
    }

    /// <summary>Goes on with the open execution from the fold alone.</summary>
    private async Task ReopenAsync(ExecutionState execution)
    {
        _scopes.Clear();
        _filters.Clear();
        _clock.Reopen();
        if (execution.Behaviour > EngineBehaviour.Current)
        {
            throw new NewerFormatException(execution.StartPosition, Math.Max(EntryCodec.Format + 1, execution.Behaviour));
        }

        if (_thread.Program is null
            && !await _start.LoadProgramAsync(execution.Definition.Length > 0 ? new BlobHash(execution.Definition) : _thread.Record!.Definition, execution.Node))
        {
            return;
        }

        if (execution.Definition.Length == 0)
        {
            // A fork or a rewind may go on right behind an input.
            _journal.Write(_start.Started);
        }

        if (_thread.Record is { StartPosition: null } && !_pending.HasChanges)
        {
            _pending.Note(Results.ChangeOf(execution, ExecutionStatus.Running));
        }

        _course.IsStopping |= execution.IsStopped;
        _tree.OpenRoot();
        _clock.Set();
    }

    private async Task AdvanceAsync()
    {
        _course.IsDraining |= _mustDrain;
        _planner.Plan();
        SeeMemory();
        await _storage.SeeAsync();
        SeeDeadline();
        _journal.Decided();
        if (_journal.IsFull)
        {
            _pending.RequireStored();
        }

        if (_course.Ending is not null)
        {
            await _end.EndAsync();
            return;
        }

        if (_course.Missing is { } needs)
        {
            await _rest.LeaveToCapableAsync(needs);
            return;
        }

        _starter.Admit();
        if (_rest.IsDue)
        {
            await _rest.SleepAsync();
            return;
        }

        await _committer.CommitAsync();

        // It may have passed while the store took its time.
        SeeDeadline();
        if (_course.Ending is null)
        {
            _starter.Start();
            _clock.Show(isUnstored: (_steps.Count > 0 || _clock.HasWaits) && _journal.HasPending && _thread.Program?.Definition.Durability != Durability.Exit);
        }
    }

    private async Task WaitAsync()
    {
        await _mailbox.WaitAsync(_thread.LeaseLost);
        while (_mailbox.TryRead(out var message))
        {
            switch (message)
            {
                case LoopMessage.StepEnded ended:
                    _outcomes.Apply(ended.Outcome);
                    break;
                case LoopMessage.TimeMessage:
                    TimeCame();
                    break;
                case LoopMessage.SignalledMessage:
                    await _inbox.TakeAsync();
                    break;
                case LoopMessage.WantedMessage when _journal.HasPending:
                    _pending.RequireStored();
                    break;
                case LoopMessage.DeletedMessage:
                    await _journal.SeeWhetherDeletedAsync();
                    break;
            }
        }
    }

    private void TimeCame()
    {
        if (_committer.HasFailed || _clock.ShowBy <= _thread.Now)
        {
            _pending.RequireStored();
        }

        SeeDeadline();
        if (_course.Ending is not null)
        {
            return;
        }

        _clock.EnqueueWaits();
        _closings.GiveUp();
        _clock.EnqueueTimeouts();
        _clock.Set();
    }

    /// <summary>What is decided at once is small beside what may be held: looking at it afterwards is soon enough.</summary>
    private void SeeMemory()
    {
        if (_course.Ending is not null)
        {
            // Whoever hears of the end may count on it.
            _memory.Dispose();
        }
        else if (_memory.Set(_journal.StateBytes + (CopiesOfPending * _journal.PendingBytes)) is not TenantBudget.Outcome.Taken and var full && _journal.Execution is not null)
        {
            _tree.Fail(Services.Memory.WhyNot(full));
            _memory.Dispose();
        }
    }

    /// <summary>Once the deadline has passed nothing begins any more, and nothing is completed.</summary>
    private void SeeDeadline()
    {
        if (_course.Ending is null or { Status: ExecutionStatus.Completed } && _clock.Deadline is { } deadline && deadline <= _thread.Now)
        {
            _course.Ending = Ending.TimedOut(deadline);
        }
    }

    /// <summary>Goes on from the journal as it stands where something else stands in it than was thought, a few times.</summary>
    private async Task GoOnAsync(Func<Task> what)
    {
        for (; ; what = FoldAgainAsync)
        {
            try
            {
                await what();
                return;
            }
            catch (PositionConflictException exception) when (++_conflicts < Recovery.MostFaults)
            {
                LoopLog.Conflict(Services.Log, exception, Thread, Epoch);
            }
        }
    }

    /// <summary>What runs was planned from another state: it stops, and is planned again.</summary>
    private async Task FoldAgainAsync()
    {
        _steps.Stop();
        _course.StartOver();
        _pending.StartOver();
        _clock.ForgetWaits();
        if (await _rollback.FoldAsync(fromSnapshot: true))
        {
            _inbox.StartOver();
            await BeginAsync();
        }
    }

    /// <summary>Nobody reads the mailbox any more: what comes, or was not read, is handed in.</summary>
    private void CloseMailbox()
    {
        _mailbox.Close();
        while (_mailbox.TryRead(out var message))
        {
            if (message is LoopMessage.StepEnded { Outcome: var outcome })
            {
                Services.Late.HandIn(outcome);
            }
        }

        _pending.HandInUnstored();
    }
}
