using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Steps;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>
    /// Carries an end out: aborts what runs, stores the end with everything that led to it, gives the lease back. A cancel that
    /// was stored before wins; then the end is taken back and decided again.
    /// </summary>
    private async Task EndAsync()
    {
        await LandAsync();
        await AbortStepsAsync();
        await FilterOutputAsync();
        var ending = _ending!;
        var execution = _state.Execution ?? new ExecutionState { Id = _record!.Id, Agent = _record.Agent, StartPosition = _state.Position + 1 };
        var result = Results.Of(_record!, _state, execution);
        var end = Write(PayloadOf(ending, execution), execution: execution.Id);
        Deliver(end, execution.Id, ending.Status, execution.DeliverTo ?? _record!.Tags?.DeliverTo);
        if (ending.RollsBack && execution.StartPosition > 1)
        {
            AddPending(_writer.Create(new Rewound { To = execution.StartPosition - 1, Principal = ending.Principal }, null));
        }

        var change = new ExecutionChange
        {
            Execution = execution.Id,
            Status = ending.Status,
            StartPosition = execution.StartPosition,
            Failure = FailureOf(ending),
            Tokens = execution.Usage.Total,
            CostUsd = execution.CostUsd,
        };
        var stored = await AppendAsync(LeaseChange.Release, null, [change]);
        if (stored.Outcome == AppendOutcome.CancelRequested)
        {
            await TakeBackAsync(end);
            return;
        }

        _isReleased = true;
        await SettleAsync(stored);
        _services.Meter.Ended(_record!, ending.Status, change.Failure, end.At);
        var record = result.Record with
        {
            Status = ending.Status,
            EndedAt = end.At,
            EndPosition = _stored,
            Failure = change.Failure,
            Tokens = execution.Usage.Total,
            CostUsd = execution.CostUsd,
        };
        Tell(ending.Status, (result with { Record = record, Interrupts = [] }).WithOutput(_state, execution, ending.Result?.Output ?? default, ending.Result?.MessageId));
    }

    private async Task TakeBackAsync(Entry end)
    {
        List<Entry> entries = [.. _pending.TakeWhile(entry => entry.Position < end.Position)];
        _pending.Clear();
        _pendingBytes = 0;
        _outbox?.RemoveAll(row => row.Position >= end.Position);
        _state = await _services.Loader.LoadAsync(Thread, _stored, _leaseLost);
        await (_services.Options.Watch?.BeganAsync(Thread, _lease.Epoch, _state) ?? ValueTask.CompletedTask);
        foreach (var entry in entries)
        {
            AddPending(entry);
            _state.Apply(entry);
            _services.Options.Watch?.Applied(Thread, _lease.Epoch, entry);
        }

        _writer.Return(end.Position);
        _ending = null;
        await TakeSignalsAsync();
    }

    /// <summary>Stops what runs, and keeps what still ends well within the grace.</summary>
    private async Task AbortStepsAsync()
    {
        _planned.Clear();
        _admitted.ForEach(SettleNotBegun);
        _admitted.Clear();
        foreach (var running in _running.Values)
        {
            // Not waited for: what a tool does when it hears of it must not hold up the end.
            _ = running.Stop.CancelAsync();
        }

        using var grace = new CancellationTokenSource(_services.Options.AbortGrace, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, _leaseLost);
        while (_running.Count > 0)
        {
            try
            {
                if (await _mailbox.Reader.ReadAsync(either.Token) is not LoopMessage.StepEnded { Outcome: var outcome } || !TryTake(outcome))
                {
                    continue;
                }

                if (outcome is StepOutcome.NotBegun)
                {
                    SettleNotBegun(outcome.Step);
                }
                else if (outcome.Step is ModelStep asked)
                {
                    KeepStopped(asked, outcome);
                }
                else if (outcome is StepOutcome.Called { Result: var result, Tool: var step } called && result.Failure?.Code != ToolErrors.OutcomeUnknown)
                {
                    _unstored.Add((called, _writer.Next));
                    Finish(step.Run, step.Activation, step.Call.Id, result, durationMs: called.DurationMs, attempt: step.Attempt);
                }
            }
            catch (OperationCanceledException) when (!_leaseLost.IsCancellationRequested)
            {
                _running.Clear();
            }
        }

        _work.Clear();
    }

    /// <summary>An answer that nobody waits for any more is no answer; what was counted for it is owed.</summary>
    private void KeepStopped(ModelStep step, StepOutcome outcome)
    {
        var spent = outcome switch
        {
            StepOutcome.Aborted aborted => aborted.Spent,
            StepOutcome.Failed failed => failed.Spent,
            StepOutcome.Answered { Answer: var answer } => new SpentAttempt(
                answer.Model, answer.ModelSource, answer.Usage, new Prices.ModelCost(answer.CostUsd, answer.Cost), answer.FinishReason, answer.RequestId),
            _ => null,
        };
        if (spent is { Usage.Total: > 0 })
        {
            KeepSpent(step, new Failure { Code = ModelErrors.Aborted, Message = $"`{step.Question.Model.ModelName}` was asked when the execution ended." }, spent);
        }
    }

    private EntryPayload PayloadOf(Ending ending, ExecutionState execution)
    {
        var unknown = UnknownCalls();
        return ending.Status switch
        {
            ExecutionStatus.Completed => new ExecutionCompleted
            {
                MessageId = ending.Result!.MessageId,
                Output = ending.Result.MessageId is null ? ending.Result.Output : default,
            },
            ExecutionStatus.Cancelled => new ExecutionCancelled
            {
                Reason = ending.Reason,
                FinishedCalls = [.. execution.FinishedCalls.Select(call => call.CallId)],
                UnknownCalls = unknown ?? [],
                Principal = ending.Principal,
            },
            ExecutionStatus.TimedOut => new ExecutionTimedOut { Deadline = ending.Deadline, UnknownCalls = unknown },
            _ => new ExecutionFailed { Failure = ending.Failure!, UnknownCalls = unknown },
        };
    }

    private List<string>? UnknownCalls()
    {
        var unknown = _state.Scopes.Values
            .SelectMany(scope => scope.Activations.Values)
            .SelectMany(activation => activation.Calls)
            .Where(call => call.IsOpen)
            .Select(call => call.Id)
            .ToList();
        return unknown.Count > 0 ? unknown : null;
    }

    private Failure? FailureOf(Ending ending) => ending.Status switch
    {
        ExecutionStatus.TimedOut => new Failure
        {
            Code = "execution_timed_out",
            Message = $"The execution should have ended by {ending.Deadline:O}. Raise `limits.timeout_ms` or the request's `timeout_ms`{LongestOfTier}.",
        },
        _ => ending.Failure,
    };
}
