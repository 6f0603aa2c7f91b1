using System.Text.Json;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Storage;

namespace Actant.Executions;

internal sealed partial class ExecutionLoop
{
    private readonly List<ExecutionChange> _changes = [];
    private IReadOnlyList<InboxSignal>? _knownInbox;
    private long _seenSignal;
    private bool _inboxIsRead;
    private InboxSignal? _stop;

    /// <summary>Reads the inbox and does what it asks. A signal is consumed by the commit of the entry that it causes.</summary>
    private async Task TakeSignalsAsync()
    {
        var signals = _knownInbox ?? await _services.Store.ReadInboxAsync(Thread, _leaseLost);
        _knownInbox = null;
        _inboxIsRead = signals.Count < StorageLimits.MaxItems;
        foreach (var signal in signals.Where(signal => signal.Number > _seenSignal))
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
                    Cancel(signal, signals);
                    break;
                case SignalKind.Stop:
                    await StopAsync(signal);
                    break;
                case SignalKind.Decision:
                    Decide(signal);
                    break;
                case SignalKind.StateUpdate:
                    Consume(signal);
                    Write(new StateUpdated { Operations = Operations(signal.Body) });
                    break;
                default:
                    // Callbacks and ends of children have no sender yet; a newer release's signal is left to it.
                    break;
            }
        }
    }

    /// <summary>
    /// After a take-over the inbox does not show what the owner before has consumed. Left unseen, it would keep the thread ready
    /// for ever: each release would be followed by a take.
    /// </summary>
    private void SeeWhatOthersConsumed()
    {
        if (_inboxIsRead)
        {
            _seenSignal = Math.Max(_seenSignal, _lease.SignalNumber);
        }
    }

    /// <summary>One that has not begun is stopped when its turn comes: until then the signal stays where it is.</summary>
    private async ValueTask StopAsync(InboxSignal signal)
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
        else if (signal.Execution is not { } other
            || await _services.Store.For(Thread.Tenant).GetExecutionAsync(other, _leaseLost) is not { StartPosition: null, EndedAt: null })
        {
            Consume(signal);
        }
    }

    private bool IsStopped => _state.Execution?.OpenInterrupts.Any(interrupt => interrupt.Interrupt.Reason == InterruptReasons.Stopped) == true;

    private void Consume(InboxSignal signal)
    {
        _consumed.Add(signal.Number);
        _mustCommit = true;
    }

    private async Task BeginExecutionAsync(InboxSignal signal)
    {
        _consumed.Add(signal.Number);
        if (_ending is not null || !await LoadProgramAsync(_record!.Definition))
        {
            return;
        }

        var input = InputSignal.Read(signal.Body);
        var received = Inputs.Of(input.Input, _program!.Root.Reducers, _state.Root) with { Security = input.Security, Principal = input.Principal };
        if (_program.Root.Reducers.FaultOf(received) is { } misfit)
        {
            _ending = Ending.Failed(new Failure { Code = "invalid_state_value", Message = misfit });
            return;
        }

        Write(received);
        Write(Started());
        _services.Meter.Began(Now - _record.CreatedAt);
        _changes.Add(Change(ExecutionStatus.Running));
    }

    private ExecutionStarted Started() => new()
    {
        Agent = _record!.Agent,
        Definition = _record.Definition.Value,
        Behaviour = EngineBehaviour.Current,
        Deadline = _record.Deadline,
    };

    private void Cancel(InboxSignal signal, IReadOnlyList<InboxSignal> all)
    {
        Consume(signal);
        var request = CancelRequest.Read(signal.Body);
        if (signal.Execution is not null && signal.Execution == (_state.Execution?.Id ?? _record?.Id))
        {
            ConsumeInput(all, signal.Execution);
            if (_ending is not { Status: ExecutionStatus.Cancelled })
            {
                _ending = new Ending(ExecutionStatus.Cancelled) { Reason = request.Reason, RollsBack = request.RollsBack, Principal = request.Principal };
            }
        }
        else if (ConsumeInput(all, signal.Execution))
        {
            Write(new ExecutionCancelled { Reason = request.Reason, Principal = request.Principal }, execution: signal.Execution);
            _changes.Add(new ExecutionChange { Execution = signal.Execution!.Value, Status = ExecutionStatus.Cancelled });
        }
    }

    /// <summary>The input of an execution that will never begin is answered by its end.</summary>
    private bool ConsumeInput(IReadOnlyList<InboxSignal> all, ExecutionId? execution)
    {
        var input = all.FirstOrDefault(signal => signal.Kind == SignalKind.Input && signal.Execution == execution);
        if (input is null || _consumed.Contains(input.Number))
        {
            return false;
        }

        _consumed.Add(input.Number);
        return true;
    }

    private void Decide(InboxSignal signal)
    {
        Consume(signal);
        var decision = Decision.Read(signal.Body);
        if (_state.Execution is not { } execution || execution.Id != signal.Execution
            || execution.Interrupts.Find(interrupt => interrupt.Interrupt.Id == decision.InterruptId) is not { IsAnswered: false } open)
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

    private static List<StateOperation> Operations(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.EnumerateObject().Select(member =>
            new StateOperation { Op = StateOperationKind.Set, Key = member.Name, Value = member.Value.Clone() })];
    }
}
