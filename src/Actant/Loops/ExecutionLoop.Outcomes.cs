using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    /// <summary>An attempt ended. Outcomes of steps that were stopped are of no interest any more.</summary>
    private void Apply(StepOutcome outcome)
    {
        if (!TryTake(outcome))
        {
            // Of an unsafe call that was given up, a person may be asked.
            _services.Late.HandIn(outcome);
            return;
        }

        var step = outcome.Step;
        if (outcome.EndsExecution && ((outcome as StepOutcome.Failed)?.Failure ?? (outcome as StepOutcome.Called)?.Result.Failure) is { } refused)
        {
            EndRefused(step, refused, (outcome as StepOutcome.Failed)?.Spent);
            return;
        }

        switch (outcome)
        {
            case StepOutcome.Answered answered:
                Write(answered.Answer, step.Run.Path, step.Activation.Name, step.Attempt);
                _mustCommit = true;
                _isStep = true;
                _work.Enqueue((step.Run, step.Activation));
                break;
            case StepOutcome.Passed passed:
                passed.Filtered.Passed(passed.Value);
                break;
            case StepOutcome.Called called:
                Apply(called);
                break;
            case StepOutcome.Failed { Step: ModelStep model } failed:
                ApplyFailure(model, failed.Failure, failed.Spent);
                break;
            case StepOutcome.Failed failed:
                Close(ScopePath.OfCall(step.Run.Path, step.Activation.Name, step.Key.CallId!));
                Finish(step.Run, step.Activation, step.Key.CallId!, ToolResult.Failed(failed.Failure), attempt: step.Attempt);
                break;
            case StepOutcome.NotBegun:
                ApplyNotBegun(step);
                break;
            case StepOutcome.Aborted:
                _work.Enqueue((step.Run, step.Activation));
                break;
        }
    }

    /// <summary>A filter has refused a step for the whole execution: no error strategy leads around it.</summary>
    private void EndRefused(RunningStep step, Failure failure, SpentAttempt? spent)
    {
        if (step is ModelStep model)
        {
            KeepSpent(model, failure, spent);
        }

        if (step.Key.CallId is { } call)
        {
            Finish(step.Run, step.Activation, call, ToolResult.Failed(failure), attempt: step.Attempt);
        }

        FailExecution(failure with { Where = ScopePath.OfNode(step.Run.Path, step.Activation.Name) });
    }

    /// <summary>The step of an outcome runs no more. <c>false</c> if it was stopped before; another one may run under its key.</summary>
    private bool TryTake(StepOutcome outcome)
    {
        var key = outcome.Step.Key;
        if (!_running.TryGetValue(key, out var running) || !ReferenceEquals(running.Step, outcome.Step))
        {
            return false;
        }

        _running.Remove(key);
        running.Stop.Dispose();
        return true;
    }

    private void Apply(StepOutcome.Called called)
    {
        var step = called.Tool;
        var isUnsafe = step.Tool.Class == ToolClass.Unsafe;
        _mustWait |= isUnsafe;
        if (isUnsafe)
        {
            _unstored.Add((called, _writer.Next));
        }

        switch (called.Result.Failure)
        {
            case { Code: ToolErrors.OutcomeUnknown } when isUnsafe && IsClosing(step.Run.Path, step.Activation.Name):
                _work.Enqueue((step.Run, step.Activation));
                break;
            case { Code: ToolErrors.OutcomeUnknown } failure when isUnsafe && step.Tool.OnUnknownOutcome == UnknownOutcomePolicy.Retry && MayRetry(step):
                Retry(step, failure);
                break;
            case { Code: ToolErrors.OutcomeUnknown } when isUnsafe && step.Tool.OnUnknownOutcome != UnknownOutcomePolicy.Retry:
                // As after a crash: the start is stored, the end is not.
                _work.Enqueue((step.Run, step.Activation));
                break;
            case { Transient: true } failure when (!isUnsafe || called.DidNotHappen) && MayRetry(step):
                Retry(step, failure);
                break;
            default:
                Finish(step.Run, step.Activation, step.Call.Id, called.Result, durationMs: called.DurationMs, attempt: step.Attempt);
                break;
        }
    }

    private void ApplyFailure(ModelStep step, Failure failure, SpentAttempt? spent)
    {
        if (failure.Transient && MayRetry(step))
        {
            _live.Restart(step.Piece(0, "") with { Attempt = step.Attempt + 1 });
            Retry(step, failure, spent);
            return;
        }

        _live.Restart(step.Piece(0, ""));
        KeepSpent(step, failure, spent);
        End(step.Run, step.Activation, NodeOutcome.Failed(failure with { Where = ScopePath.OfNode(step.Run.Path, step.Activation.Name) }));
    }

    /// <summary>What was counted for an attempt that was the last is owed like the rest.</summary>
    private void KeepSpent(ModelStep step, Failure failure, SpentAttempt? spent)
    {
        if (spent is { IsNothing: false })
        {
            Write(FailedAttempt(step, failure, Now, spent), step.Run.Path, step.Activation.Name, step.Attempt);
        }
    }

    private static AttemptFailed FailedAttempt(RunningStep step, Failure failure, DateTimeOffset retryAt, SpentAttempt? spent) =>
        spent is null or { IsNothing: true } ? new AttemptFailed { CallId = step.Key.CallId, Failure = failure, RetryAt = retryAt } : new AttemptFailed
        {
            CallId = step.Key.CallId,
            Failure = failure,
            RetryAt = retryAt,
            Model = spent.Model,
            ModelSource = spent.ModelSource,
            Usage = spent.Usage.Total == 0 ? null : spent.Usage,
            CostUsd = spent.Cost.Usd,
            Cost = spent.Cost.Breakdown,
            RequestId = spent.RequestId,
            MessageId = (step as ModelStep)?.MessageId,
            FinishReason = spent.FinishReason,
        };

    private void ApplyNotBegun(RunningStep step)
    {
        SettleNotBegun(step);
        _work.Enqueue((step.Run, step.Activation));
    }

    /// <summary>An unsafe call is known not to have happened, whatever its stored start says; that is no failure.</summary>
    private void SettleNotBegun(RunningStep step)
    {
        if (step is ToolStep { Tool.Class: ToolClass.Unsafe } call && FindCall(call) is { IsOpen: true } open && open.Attempt == call.Attempt)
        {
            var failure = new Failure { Code = ToolErrors.NotBegun, Message = $"`{call.Call.Tool}` was not called." };
            Write(new AttemptFailed { CallId = call.Call.Id, Failure = failure, RetryAt = Now, NotBegun = true }, step.Run.Path, step.Activation.Name, step.Attempt);
        }
    }

    /// <summary>Whether so few attempts have failed that this failure leaves another one. What a crash cut off is no failure.</summary>
    private bool MayRetry(RunningStep step) => !IsClosing(step.Run.Path, step.Activation.Name) && FailuresOf(step) + 1 < step.Activation.Node.Definition.OnError.MaxAttempts;

    private int FailuresOf(RunningStep step) => step is ToolStep tool
        ? FindCall(tool)?.FailedAttempts ?? 0
        : _state.FindActivation(step.Run.Path, step.Activation.Name)?.FailedAttempts ?? 0;

    private CallState? FindCall(ToolStep step) => _state.FindCall(step.Run.Path, step.Activation.Name, step.Call.Id);

    /// <summary>
    /// Another attempt, after a wait. That this one failed is stored with what comes next; at once where the thread may sleep until
    /// then, or where otherwise nobody would know that an unsafe call did not happen.
    /// </summary>
    private void Retry(RunningStep step, Failure failure, SpentAttempt? spent = null)
    {
        var wait = Backoff.Wait(step.Activation.Node.Definition.OnError, FailuresOf(step) + 1, failure, _services.Random);
        Write(FailedAttempt(step, failure, Now + wait, spent), step.Run.Path, step.Activation.Name, step.Attempt);
        _mustCommit |= wait > _services.Options.LongestWaitInMemory || step is ToolStep { Tool.Class: ToolClass.Unsafe };
        _work.Enqueue((step.Run, step.Activation));
    }
}
