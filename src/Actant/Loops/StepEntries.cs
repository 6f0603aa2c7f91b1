using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Steps;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>Puts on record how calls and attempts ended, and what people are asked.</summary>
internal sealed class StepEntries(LeasedThread thread, LoopJournal journal, PendingCommit pending, OpenScopes scopes, CallFilters filters)
{
    /// <summary>A call has its result: whoever demanded it is looked at.</summary>
    public void Finish(ScopeRun run, Activation activation, string callId, ToolResult result, string? tool = null, bool byPerson = false, long durationMs = 0, int attempt = 1)
    {
        var call = journal.State.FindCall(run.Path, activation.Name, callId);
        filters.Forget(run, activation, callId);
        journal.Write(
            new ToolFinished
            {
                CallId = callId,
                Tool = call?.Tool ?? tool ?? callId,
                Output = result.Output,
                HasParts = result.HasParts,
                Failure = result.Failure,
                ByPerson = byPerson,
                DurationMs = durationMs,
            },
            run.Path,
            activation.Name,
            attempt);
        pending.RequireStep();
        scopes.Enqueue(run, activation);
    }

    /// <summary>A person is asked.</summary>
    public void Ask(string path, string? activation, Interrupt question, int attempt = 1, Principal? principal = null)
    {
        var id = $"int_{Convert.ToHexStringLower(thread.Services.Ids.Next().ToByteArray(bigEndian: true).AsSpan(4))}";
        pending.DeliverQuestion(journal.Write(new Interrupted { Interrupt = question with { Id = id }, Principal = principal }, path, activation, attempt));
        pending.Require();
    }

    /// <summary>An attempt has failed, and another one follows.</summary>
    public void FailAttempt(RunningStep step, Failure failure, DateTimeOffset retryAt, SpentAttempt? spent, bool notBegun = false) =>
        journal.Write(FailedAttempt(step, failure, retryAt, spent) with { NotBegun = notBegun }, step.Run.Path, step.Activation.Name, step.Attempt);

    /// <summary>What was counted for an attempt that was the last is owed like the rest.</summary>
    public void KeepSpent(ModelStep step, Failure failure, SpentAttempt? spent)
    {
        if (spent is { IsNothing: false })
        {
            FailAttempt(step, failure, thread.Now, spent);
        }
    }

    /// <summary>An unsafe call is known not to have happened, whatever its stored start says; that is no failure.</summary>
    public void SettleNotBegun(RunningStep step)
    {
        if (step is ToolStep { Tool.Class: ToolClass.Unsafe } call && FindCall(call) is { IsOpen: true } open && open.Attempt == call.Attempt)
        {
            var failure = new Failure { Code = ToolErrors.NotBegun, Message = $"`{call.Call.Tool}` was not called." };
            journal.Write(
                new AttemptFailed { CallId = call.Call.Id, Failure = failure, RetryAt = thread.Now, NotBegun = true }, step.Run.Path, step.Activation.Name, step.Attempt);
        }
    }

    /// <summary>How far the call of a step is, as far as anything is known of it.</summary>
    public CallState? FindCall(ToolStep step) => journal.State.FindCall(step.Run.Path, step.Activation.Name, step.Call.Id);

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
}
