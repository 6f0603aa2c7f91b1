using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private readonly List<(ExecutionChange Change, long Position)> _changes = [];
    private IReadOnlyList<InboxSignal>? _knownInbox;
    private long _seenSignal;
    private InboxSignal? _stop;
    private readonly HashSet<ExecutionId> _cancelledInQueue = [];
    private bool _inboxIsRead = true;

    /// <summary>
    /// Reads the inbox and does what it asks. A signal is consumed by the commit of the entry that it causes; where a page causes some,
    /// the next one is read after their commit, so that no commit grows with the inbox. After the last page all up to the thread's signal
    /// number is seen: what is left are inputs of executions that wait, and what others have consumed. Left unseen, that would keep the
    /// thread ready for ever: each release would be followed by a take.
    /// </summary>
    private async Task TakeSignalsAsync()
    {
        var page = _knownInbox is { } known
            ? new InboxPage(known, _lease.SignalNumber, IsMore: false)
            : await _services.Store.ReadInboxAsync(Thread, _seenSignal, _leaseLost);
        _knownInbox = null;
        await TakeAsync(page.Signals);
        while (page.IsMore && _pending.Count == 0 && _consumed.Count == 0)
        {
            page = await _services.Store.ReadInboxAsync(Thread, _seenSignal, _leaseLost);
            await TakeAsync(page.Signals);
        }

        _inboxIsRead = !page.IsMore;
        if (_inboxIsRead)
        {
            _seenSignal = Math.Max(_seenSignal, page.SignalNumber);
        }
    }

    private async Task TakeAsync(IReadOnlyList<InboxSignal> signals)
    {
        foreach (var signal in signals)
        {
            _seenSignal = signal.Number;
            switch (signal.Kind)
            {
                case SignalKind.Input:
                    if (signal.Execution == _record?.Id && _state.Execution is null)
                    {
                        await BeginExecutionAsync(signal);
                    }

                    break;
                case SignalKind.Cancel:
                    Cancel(signal);
                    break;
                case SignalKind.Stop:
                    Stop(signal);
                    break;
                case SignalKind.Decision:
                    Decide(signal);
                    break;
                case SignalKind.StateUpdate:
                    UpdateState(signal);
                    break;
                case SignalKind.StateChange:
                    await ChangeStateAsync(signal);
                    break;
                case SignalKind.Callback:
                    TakeReport(signal);
                    break;
                default:
                    // Ends of children have no sender yet; a newer release's signal is left to it.
                    break;
            }
        }
    }

    /// <summary>One that has not begun is stopped when its turn comes: until then the signal stays where it is.</summary>
    private void Stop(InboxSignal signal)
    {
        if (signal.Execution == _state.Execution?.Id)
        {
            if (_isStopping || IsStopped)
            {
                Consume(signal);
            }
            else
            {
                // Consumed by the question that it leads to: should the process die before, the next one stops.
                (_isStopping, _stop) = (true, signal);
            }
        }
        else if (signal.Target is not { StartPosition: null, EndedAt: null })
        {
            Consume(signal);
        }
    }

    private bool IsStopped => _state.Execution?.OpenInterrupts.Any(interrupt => interrupt.Interrupt.Reason == InterruptReasons.Stopped) == true;

    private void Consume(InboxSignal signal)
    {
        Take(signal);
        _mustCommit = true;
    }

    /// <summary>The signal is taken out with the entry that is made next.</summary>
    private void Take(InboxSignal signal) => _consumed.Add((signal.Number, _writer.Next));

    private async Task BeginExecutionAsync(InboxSignal signal)
    {
        var isUsable = _ending is null && await LoadProgramAsync(_record!.Definition);
        if (_missing is not null)
        {
            // For whoever has what it needs. An end takes it off.
            return;
        }

        Take(signal);
        if (!isUsable)
        {
            return;
        }

        if (InputSignal.Read(signal.Body) is not { } input)
        {
            _ending = Ending.Failed(SignalBody.Failure("The input of this execution"));
            return;
        }

        var (received, fault) = Inputs.Of(input.Input, _program!.Root.Reducers, _state.Root);
        if (fault is not null)
        {
            _ending = Ending.Failed(fault);
            return;
        }

        Write(received with { Security = input.Security, Principal = input.Principal });
        Write(Started());
        _services.Meter.Began(Now - _record!.CreatedAt);
        Note(Change(ExecutionStatus.Running));
    }

    private ExecutionStarted Started() => new()
    {
        Agent = _record!.Agent,
        Definition = _record.Definition.Value,
        Behaviour = EngineBehaviour.Current,
        Pin = _program?.Pin,
        Deadline = _record.Deadline,
        DeliverTo = _record.Tags?.DeliverTo,
        Principal = _record.StartedBy,
    };

    /// <summary>What waits ends here; the store takes its input off, which nobody has read.</summary>
    private void Cancel(InboxSignal signal)
    {
        Consume(signal);
        var request = CancelRequest.Read(signal.Body);
        if (signal.Execution is { } named && named == (_state.Execution?.Id ?? _record?.Id))
        {
            if (_ending is not { Status: ExecutionStatus.Cancelled })
            {
                _ending = new Ending(ExecutionStatus.Cancelled) { Reason = request.Reason, RollsBack = request.RollsBack, Principal = request.Principal };
            }
        }
        else if (signal.Target is { Status: ExecutionStatus.Pending } waiting && _cancelledInQueue.Add(waiting.Id))
        {
            var end = Write(new ExecutionCancelled { Reason = request.Reason, Principal = request.Principal }, execution: waiting.Id);
            Deliver(end, waiting.Id, ExecutionStatus.Cancelled, waiting.Tags?.DeliverTo);
            Note(new ExecutionChange { Execution = waiting.Id, Status = ExecutionStatus.Cancelled });
        }
    }

    private void Decide(InboxSignal signal)
    {
        Consume(signal);
        if (_state.Execution is not { } execution || execution.Id != signal.Execution)
        {
            return;
        }

        if (Decision.Read(signal.Body) is not { } decision)
        {
            // It cannot be given again: the key that makes it one answer is known.
            _ending ??= Ending.Failed(SignalBody.Failure("Somebody's answer to a question of this execution"));
            return;
        }

        if (execution.Interrupts.Find(interrupt => interrupt.Interrupt.Id == decision.InterruptId) is not { IsAnswered: false } open)
        {
            return;
        }

        Write(new Resumed { InterruptId = decision.InterruptId, Answer = decision.Answer, Principal = decision.Principal }, open.Path, open.Activation);
        SetTimer();
        if (open.Interrupt.Reason == InterruptReasons.Stopped)
        {
            _isStopping = false;
        }

        foreach (var run in _runs.Values)
        {
            foreach (var activation in run.Planner.Running.Where(activation => open.Activation is null || (open.Path == run.Path && open.Activation == activation.Name)))
            {
                _work.Enqueue((run, activation));
            }
        }
    }
}
