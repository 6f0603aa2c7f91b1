using System.Threading.Channels;
using Actant.Events;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Storage;
using Actant.Tiers;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

/// <summary>
/// Runs one leased thread until its execution ends, sleeps, or the lease is lost. Everything that changes the state happens on
/// this one loop; steps run beside it and send their outcomes to its mailbox.
/// </summary>
/// <remarks>
/// 1. Fold the journal, take the signals.
/// 2. Plan: look at every activation that something happened to; effect-less ones end at once, steps are planned.
/// 3. Commit, if something must be stored before what follows (<c>ExecutionLoop.Commit.cs</c>).
/// 4. Start the planned steps.
/// 5. Wait for an outcome, a signal or a time; apply it; from 2 again.
/// The state runs ahead of the journal by the entries in <c>_pending</c>, in the order in which they will be appended. If they
/// cannot be, the state is thrown away and folded again.
/// </remarks>
internal sealed partial class ExecutionLoop
{
    private readonly LoopServices _services;
    private readonly TakenThread _lease;
    private readonly JournalWriter _writer;
    private readonly Func<bool> _mayStart;
    private readonly Action _stepStored;
    private readonly CancellationToken _leaseLost;
    private readonly Channel<LoopMessage> _mailbox = Channel.CreateUnbounded<LoopMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Entry> _pending = [];
    private readonly List<(long Number, long Position)> _consumed = [];
    private readonly Dictionary<StepKey, (RunningStep Step, CancellationTokenSource Stop)> _running = [];
    private readonly PlannedSteps _planned = new();
    private readonly List<RunningStep> _admitted = [];
    private readonly WorkQueue _work = new();
    private readonly Dictionary<string, ScopeRun> _runs = new(StringComparer.Ordinal);
    private JournalState _state = new();
    private LiveThread _live = null!;
    private AgentProgram? _program;
    private ExecutionRecord? _record;
    private Ending? _ending;
    private bool _mustCommit;
    private bool _isStep;
    private bool _isStopping;
    private bool _isDraining;
    private bool _isHeldBack;
    private bool _isReleased;
    private bool _isKept;
    private long _stored;

    /// <summary>A loop for a lease.</summary>
    /// <param name="services">What all loops share.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="mayStart">Whether the session has time enough left to begin something.</param>
    /// <param name="stepStored">Told when a finished step is stored.</param>
    /// <param name="leaseLost">Cancelled when the lease is lost: stop everything, write nothing more.</param>
    public ExecutionLoop(LoopServices services, TakenThread lease, Func<bool> mayStart, Action stepStored, CancellationToken leaseLost)
    {
        // Used once; the lease is kept for as long as the loop runs.
        (_knownInbox, lease) = (lease.Inbox, lease with { Inbox = null });
        _record = lease.Current;
        _services = services;
        _lease = lease;
        _mayStart = mayStart;
        _stepStored = stepStored;
        _leaseLost = leaseLost;
        _writer = new JournalWriter(services, lease);
    }

    /// <summary>The thread.</summary>
    public ThreadKey Thread => _lease.Thread;

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    private TierLimits Tier => _services.Options.TierOf(Thread.Tenant);

    /// <summary>The thread has a new signal.</summary>
    public void Signalled() => _mailbox.Writer.TryWrite(LoopMessage.Signalled);

    /// <summary>The process wants to stop: end at the next step.</summary>
    public void Drain() => _mailbox.Writer.TryWrite(LoopMessage.Drain);

    /// <summary>A thread of this name was deleted: this one, or one before it.</summary>
    public void Deleted() => _mailbox.Writer.TryWrite(LoopMessage.Deleted);

    /// <summary>Runs to the end of the lease. Never throws.</summary>
    public async Task RunAsync()
    {
        _live = _services.Hub.Acquire(Thread);
        try
        {
            await FoldAsync();
            await GoOnAsync(BeginAsync);
            while (!_isReleased)
            {
                await GoOnAsync(AdvanceAsync);
                if (!_isReleased && !HasImmediateWork)
                {
                    await GoOnAsync(WaitAsync);
                }
            }

            Keep();
            _services.Conflicted.Forget(Thread);
        }
        catch (OperationCanceledException) when (_leaseLost.IsCancellationRequested)
        {
            LogLeaseLost(_services.Log, Thread, _lease.Epoch);
        }
        catch (LeaseLostException)
        {
            LogLeaseLost(_services.Log, Thread, _lease.Epoch);
        }
        catch (Exception exception)
        {
            if (exception is not (JournalUnreadableException or NewerFormatException))
            {
                LogBroken(_services.Log, exception, Thread, _lease.Epoch);
            }

            await RecoverAsync(exception);
        }
        finally
        {
            StopSteps(static _ => true);
            CloseMailbox();
            _timer?.Dispose();
            _live.Leave(_lease.Epoch);
            _services.Hub.Release(Thread, _live);
        }
    }

    /// <summary>Leaves the state to whoever takes the thread next, once; nothing here touches it afterwards.</summary>
    private void Keep()
    {
        if (!_isKept && _pending.Count == 0 && _state.Position == _stored)
        {
            _isKept = true;
            _services.Options.Watch?.Decided(Thread, _lease.Epoch, _state);
            _services.Cache.Put(Thread, _state);
        }
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Thread {Thread} was lost (epoch {Epoch}); somebody else goes on with it.")]
    private static partial void LogLeaseLost(ILogger logger, ThreadKey thread, long epoch);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Thread {Thread} (epoch {Epoch}) could not go on.")]
    private static partial void LogBroken(ILogger logger, Exception exception, ThreadKey thread, long epoch);

    private bool HasImmediateWork =>
        _ending is not null || _missing is not null || (_work.Count > 0 && !_isStopping && !_isDraining) || (_mustCommit && !MayDefer);

    private async Task FoldAsync()
    {
        var before = _lease.Taken.Position - 1;
        var cached = _services.Cache.Take(Thread);
        _state = cached is not null && cached.Position <= before && await _services.Loader.IsOfAsync(Thread, cached, _leaseLost)
            ? await _services.Loader.AdvanceAsync(Thread, cached, before, _leaseLost)
            : before == 0 ? new JournalState() : await _services.Loader.LoadAsync(Thread, before, _leaseLost);
        var taken = EntryCodec.Decode(_lease.Taken);
        _state.Apply(taken);
        await (_services.Options.Watch?.BeganAsync(Thread, _lease.Epoch, _state) ?? ValueTask.CompletedTask);
        _stored = taken.Position;
        _live.Stored([taken]);
    }

    private async Task BeginAsync()
    {
        if (_lease.DiedAlone >= _services.Options.MaxCrashes && _record is not null)
        {
            _ending = Ending.Failed(new Failure
            {
                Code = "execution_poisoned",
                Message = $"{_lease.Crashes} processes in a row died while they ran this execution, {_lease.DiedAlone} of them with nothing else that could have been the cause. Its journal is kept; look at its last step.",
            });
        }

        _isTakenOver = _lease.Crashes > 0 || _state.Execution is not null;
        await TakeSignalsAsync();
        if (_state.Execution is not null)
        {
            await ReopenAsync();
            TimeCame();
        }

        if (_ending is null && Deadline is { } deadline && deadline <= Now)
        {
            // It passed while nobody held the thread: nothing may start any more.
            _ending = new Ending(ExecutionStatus.TimedOut) { Deadline = deadline };
        }
    }

    /// <summary>Goes on with the open execution from the fold alone.</summary>
    private async Task ReopenAsync()
    {
        _runs.Clear();
        _filtered.Clear();
        _work.Clear();
        _timed.Clear();
        _closingUntil = null;
        var execution = _state.Execution!;
        if (execution.Behaviour > EngineBehaviour.Current)
        {
            throw new NewerFormatException(execution.StartPosition, Math.Max(EntryCodec.Format + 1, execution.Behaviour));
        }

        if (_program is null && !await LoadProgramAsync(execution.Definition.Length > 0 ? new BlobHash(execution.Definition) : _record!.Definition))
        {
            return;
        }

        if (execution.Definition.Length == 0)
        {
            // A fork or a rewind may go on right behind an input.
            Write(Started());
        }

        if (_record is { StartPosition: null } && _changes.Count == 0)
        {
            Note(Change(ExecutionStatus.Running));
        }

        var (run, running) = ScopeRun.Open("", _program!.Root, _state.Root);
        _runs[""] = run;
        _isStopping |= IsStopped;
        foreach (var activation in running)
        {
            _work.Enqueue((run, activation));
        }

        if (run.Planner.IsOver)
        {
            // A fork or a rewind may go on between the last node and the end.
            EndScope(run);
        }

        SetTimer();
    }

    private async ValueTask<bool> LoadProgramAsync(BlobHash definition)
    {
        try
        {
            _program = await _services.Programs.GetAsync(Thread.Tenant, definition, _leaseLost);
            return true;
        }
        catch (CapabilityMissingException exception)
        {
            _missing = exception.Needs;
            return false;
        }
        catch (Definitions.DefinitionException exception)
        {
            _ending ??= Ending.Failed(new Failure
            {
                Code = "definition_unusable",
                Message = $"The definition that this execution started with cannot be used any more: {exception.Message}",
            });
            return false;
        }
    }

    private async Task AdvanceAsync()
    {
        Plan();
        SeeDeadline();
        _services.Options.Watch?.Decided(Thread, _lease.Epoch, _state);
        _mustCommit |= IsFull;
        _mustWait |= IsFull;
        if (_ending is not null)
        {
            await EndAsync();
            return;
        }

        if (_missing is not null)
        {
            await LeaveToCapableAsync(_missing);
            return;
        }

        AdmitSteps();
        if (IsAsleep)
        {
            await SleepAsync();
            return;
        }

        await CommitAsync();

        // It may have passed while the store took its time.
        SeeDeadline();
        if (_ending is null)
        {
            StartSteps();
        }
    }

    private async Task WaitAsync()
    {
        await _mailbox.Reader.WaitToReadAsync(_leaseLost);
        while (_mailbox.Reader.TryRead(out var message))
        {
            switch (message)
            {
                case LoopMessage.StepEnded ended:
                    Apply(ended.Outcome);
                    break;
                case LoopMessage.TimeMessage:
                    TimeCame();
                    break;
                case LoopMessage.SignalledMessage:
                    await TakeSignalsAsync();
                    break;
                case LoopMessage.DrainMessage:
                    _isDraining = true;
                    break;
                case LoopMessage.DeletedMessage:
                    await SeeWhetherDeletedAsync();
                    break;
            }
        }
    }

    /// <summary>Makes an entry that will be appended, and applies it at once.</summary>
    private Entry Write(EntryPayload payload, string path = "", string? activation = null, int attempt = 1, ExecutionId? execution = null)
    {
        var entry = _writer.Create(payload, execution ?? _state.Execution?.Id ?? _record?.Id, path, activation, attempt);
        AddPending(entry);
        if (!_isUnfolded)
        {
            _state.Apply(entry);
            _services.Options.Watch?.Applied(Thread, _lease.Epoch, entry);
        }

        return entry;
    }
}
