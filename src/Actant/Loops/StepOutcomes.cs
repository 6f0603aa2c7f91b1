using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Says what follows from the end of a step: what is put on record, whether it is tried again, who goes on.</summary>
internal sealed class StepOutcomes(LeasedThread thread, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, StepEntries entries, ScopeTree tree)
{
    /// <summary>An attempt ended. Outcomes of steps that were stopped are of no interest any more.</summary>
    public void Apply(StepOutcome outcome)
    {
        if (!steps.TryTake(outcome))
        {
            // Of an unsafe call that was given up, a person may be asked.
            thread.Services.Late.HandIn(outcome);
            return;
        }

        var step = outcome.Step;
        if (outcome.EndsExecution && ((outcome as StepOutcome.Failed)?.Failure ?? (outcome as StepOutcome.Called)?.Result.Failure) is { } refused)
        {
            FailRefused(step, refused, (outcome as StepOutcome.Failed)?.Spent);
            return;
        }

        switch (outcome)
        {
            case StepOutcome.Answered answered:
                journal.Write(answered.Answer, step.Run.Path, step.Activation.Name, step.Attempt);
                pending.RequireStep();
                scopes.Enqueue(step.Run, step.Activation);
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
                scopes.Close(ScopePath.OfCall(step.Run.Path, step.Activation.Name, step.Key.CallId!));
                entries.Finish(step.Run, step.Activation, step.Key.CallId!, ToolResult.Failed(failed.Failure), attempt: step.Attempt);
                break;
            case StepOutcome.NotBegun:
                entries.SettleNotBegun(step);
                scopes.Enqueue(step.Run, step.Activation);
                break;
            case StepOutcome.Aborted:
                scopes.Enqueue(step.Run, step.Activation);
                break;
        }
    }

    /// <summary>What is left of a step's end that comes while the execution ends: what a call did, and what is owed for a model.</summary>
    public void Keep(StepOutcome outcome)
    {
        if (!steps.TryTake(outcome))
        {
            return;
        }

        if (outcome is StepOutcome.NotBegun)
        {
            entries.SettleNotBegun(outcome.Step);
        }
        else if (outcome.Step is ModelStep model)
        {
            KeepStopped(model, outcome);
        }
        else if (outcome is StepOutcome.Called { Result: var result, Tool: var step } called && result.Failure?.Code != ToolErrors.OutcomeUnknown)
        {
            pending.Unstored(called);
            entries.Finish(step.Run, step.Activation, step.Call.Id, result, durationMs: called.DurationMs, attempt: step.Attempt);
        }
    }

    /// <summary>A filter has refused a step for the whole execution: no error strategy leads around it.</summary>
    private void FailRefused(RunningStep step, Failure failure, SpentAttempt? spent)
    {
        if (step is ModelStep model)
        {
            entries.KeepSpent(model, failure, spent);
        }

        if (step.Key.CallId is { } call)
        {
            entries.Finish(step.Run, step.Activation, call, ToolResult.Failed(failure), attempt: step.Attempt);
        }

        tree.Fail(failure with { Where = ScopePath.OfNode(step.Run.Path, step.Activation.Name) });
    }

    private void Apply(StepOutcome.Called called)
    {
        var step = called.Tool;
        var isUnsafe = step.Tool.Class == ToolClass.Unsafe;
        if (isUnsafe)
        {
            pending.RequireWait();
            pending.Unstored(called);
        }

        switch (called.Result.Failure)
        {
            case { Code: ToolErrors.OutcomeUnknown } when isUnsafe && IsClosing(step):
                scopes.Enqueue(step.Run, step.Activation);
                break;
            case { Code: ToolErrors.OutcomeUnknown } failure when isUnsafe && step.Tool.OnUnknownOutcome == UnknownOutcomePolicy.Retry && MayRetry(step):
                Retry(step, failure);
                break;
            case { Code: ToolErrors.OutcomeUnknown } when isUnsafe && step.Tool.OnUnknownOutcome != UnknownOutcomePolicy.Retry:
                // As after a crash: the start is stored, the end is not.
                scopes.Enqueue(step.Run, step.Activation);
                break;
            case { Transient: true } failure when called.Result.IsHeldBack && !IsClosing(step) && MaxAttemptsOf(step) > 1:
                Retry(step, failure, notBegun: true);
                break;
            case { Transient: true } failure when (!isUnsafe || called.DidNotHappen) && MayRetry(step):
                Retry(step, failure);
                break;
            default:
                entries.Finish(step.Run, step.Activation, step.Call.Id, called.Result, durationMs: called.DurationMs, attempt: step.Attempt);
                break;
        }
    }

    private void ApplyFailure(ModelStep step, Failure failure, SpentAttempt? spent)
    {
        if (failure.Transient && MayRetry(step))
        {
            thread.Live.Restart(step.Delta(0, "") with { Attempt = step.Attempt + 1 });
            Retry(step, failure, spent);
            return;
        }

        thread.Live.Restart(step.Delta(0, ""));
        entries.KeepSpent(step, failure, spent);
        tree.Finish(step.Run, step.Activation, NodeOutcome.Failed(failure with { Where = ScopePath.OfNode(step.Run.Path, step.Activation.Name) }));
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
            entries.KeepSpent(
                step, new Failure { Code = LanguageModels.ModelErrors.Aborted, Message = $"`{step.Request.Model.ModelName}` was asked when the execution ended." }, spent);
        }
    }

    private bool IsClosing(RunningStep step) => journal.IsClosing(step.Run.Path, step.Activation.Name);

    /// <summary>Whether so few attempts have failed that this failure leaves another one. What a crash cut off is no failure.</summary>
    private bool MayRetry(RunningStep step) => !IsClosing(step) && FailuresOf(step) + 1 < MaxAttemptsOf(step);

    private static int MaxAttemptsOf(RunningStep step) => step.Activation.Node.Definition.OnError.MaxAttempts;

    private int FailuresOf(RunningStep step) => step is ToolStep tool
        ? entries.FindCall(tool)?.FailedAttempts ?? 0
        : journal.State.FindActivation(step.Run.Path, step.Activation.Name)?.FailedAttempts ?? 0;

    /// <summary>
    /// Another attempt, after a wait. That this one failed is stored with what comes next; at once where the thread may sleep until
    /// then, or where otherwise nobody would know that an unsafe call did not happen.
    /// </summary>
    private void Retry(RunningStep step, Failure failure, SpentAttempt? spent = null, bool notBegun = false)
    {
        var wait = RetryWait.Of(step.Activation.Node.Definition.OnError, FailuresOf(step) + 1, failure, thread.Services.Random);
        entries.FailAttempt(step, failure, thread.Now + wait, spent, notBegun);
        if (wait > thread.Services.Options.LongestWaitInMemory || step is ToolStep { Tool.Class: ToolClass.Unsafe })
        {
            pending.Require();
        }

        scopes.Enqueue(step.Run, step.Activation);
    }
}
