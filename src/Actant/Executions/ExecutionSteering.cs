using System.Text.Json;
using Actant.Filters;
using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Starts, stops, cancels and answers: what others want of an execution goes into its thread's inbox.</summary>
internal sealed class ExecutionSteering(TenantScope scope, ResultReader results, AnswerChecks checks, IncomingFilters filters)
{
    public async Task<Reply<ExecutionRecord>> StartAsync(ExecutionId id, Principal? principal, CancellationToken cancellationToken)
    {
        var record = await scope.Store.GetExecutionAsync(id, cancellationToken);
        if (record is null)
        {
            return NotFound(id);
        }

        if (record.Status.IsEnd())
        {
            return Ended(record);
        }

        await scope.Store.StartAsync(id, principal, cancellationToken);
        scope.Scheduler.Poll(scope.Tenant);
        var reply = await DoneAsync(id, cancellationToken);
        scope.Scheduler.Expect(reply.Value?.Deadline);
        return reply;
    }

    public async Task<Reply<ExecutionRecord>> StopAsync(ExecutionId id, Principal? principal, CancellationToken cancellationToken) =>
        await scope.Store.GetExecutionAsync(id, cancellationToken) is not { } record ? NotFound(id)
        : record is { Held: true, Status: ExecutionStatus.Pending }
            ? Reply<ExecutionRecord>.Refused("execution_not_started", $"Execution {id} was not started, so there is nothing to stop. Cancel it if it shall never run.")
            : await SignalAsync(record, [new Signal { Kind = SignalKind.Stop, Execution = id, Key = $"stop:{scope.Services.Ids.Next()}", Body = new StopRequest(principal).ToBytes() }], cancellationToken);

    public async Task<Reply<ExecutionRecord>> CancelAsync(ExecutionId id, string? reason, Principal? principal, CancellationToken cancellationToken)
    {
        var passed = await filters.PassAsync(id, reason, principal, cancellationToken);
        var body = new CancelRequest(passed, RollsBack: false, principal).ToBytes();
        var reply = await SignalAsync(id, SignalKind.Cancel, $"cancel:{id}", body, cancellationToken);
        return reply.Refusal?.Code is "execution_ended" or "signal_conflict"
            && await scope.Store.GetExecutionAsync(id, cancellationToken) is { } record
            && (record.Status == ExecutionStatus.Cancelled || !record.Status.IsEnd())
                ? Reply<ExecutionRecord>.Done(record, isReplayed: true)
                : reply;
    }

    public async Task<Reply<ExecutionRecord>> ResumeAsync(ExecutionId id, ResumeRequest request, Principal? principal, CancellationToken cancellationToken)
    {
        if (await results.ReadAsync(id, cancellationToken) is not { } execution)
        {
            return NotFound(id);
        }

        if (execution.Record.Status.IsEnd())
        {
            return Ended(execution.Record);
        }

        var answers = new Dictionary<string, JsonElement>(request.Answers, StringComparer.Ordinal);
        if (request.Answer is { } only)
        {
            if (execution.Interrupts.Count != 1)
            {
                return Reply<ExecutionRecord>.Refused(await checks.WhyAmbiguousAsync(execution, cancellationToken));
            }

            answers[execution.Interrupts[0].Id] = only;
        }

        if (answers.Count == 0)
        {
            return Reply<ExecutionRecord>.Refused("invalid_answer", "There is no answer in the request.");
        }

        if (await checks.CheckAsync(execution, answers, cancellationToken) is { } refusal)
        {
            return Reply<ExecutionRecord>.Refused(refusal);
        }

        var given = answers;
        try
        {
            answers = await filters.PassAsync(execution, given, principal, cancellationToken);
        }
        catch (FilterRefusedException refused)
        {
            return Reply<ExecutionRecord>.Refused(IncomingFilters.RefusalOf(refused));
        }

        if (answers != given && await checks.CheckAsync(execution, answers, cancellationToken) is { } misfit)
        {
            // Who answered first meanwhile has answered; else it is the filters' fault, not the caller's.
            return Reply<ExecutionRecord>.Refused(misfit.Errors is { Count: > 0 } faults ? IncomingFilters.RefusalOf("the answer", faults) : misfit);
        }

        if (await scope.Storage.RefuseAsync(answers.Values.Sum(static answer => (long)JsonValues.BytesOf(answer)), isOfRunning: true, cancellationToken) is { } full)
        {
            return Reply<ExecutionRecord>.Refused(full);
        }

        var signals = answers.Select(answer => new Signal
        {
            Kind = SignalKind.Decision,
            Execution = id,
            // With the execution: one that was rewound and goes on asks the same question anew.
            Key = $"decision:{id}:{answer.Key}",
            Body = new Decision(answer.Key, answer.Value, principal).ToBytes(),
        });
        return await SignalAsync(execution.Record, [.. signals], cancellationToken);
    }

    private async Task<Reply<ExecutionRecord>> SignalAsync(ExecutionId id, SignalKind kind, string key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await scope.Store.GetExecutionAsync(id, cancellationToken) is { } record
            ? await SignalAsync(record, [new Signal { Kind = kind, Execution = id, Key = key, Body = body }], cancellationToken)
            : NotFound(id);

    private async Task<Reply<ExecutionRecord>> SignalAsync(ExecutionRecord record, IReadOnlyList<Signal> signals, CancellationToken cancellationToken)
    {
        var result = await scope.Store.SignalAsync(record.Thread.Thread, signals, cancellationToken);
        switch (result.Outcome)
        {
            case SignalOutcome.Replayed when signals[0].Kind == SignalKind.Decision:
                // Also when it is the same answer: whether a second one is told so must not depend on how fast the first was taken.
                return Reply<ExecutionRecord>.Refused("interrupt_answered", "Somebody else answered first.");
            case SignalOutcome.Stored or SignalOutcome.Replayed:
                await scope.Scheduler.SignalledAsync(record.Thread, result.HeldBy is not null, ends: signals[0].Kind == SignalKind.Cancel, cancellationToken);
                return await DoneAsync(record.Id, cancellationToken, result.Outcome == SignalOutcome.Replayed);
            case SignalOutcome.KeyConflict:
                return signals[0].Kind == SignalKind.Decision
                    ? Reply<ExecutionRecord>.Refused("interrupt_answered", "Somebody else answered first.")
                    : Reply<ExecutionRecord>.Refused("signal_conflict", "The same was asked before, with another body.");
            case SignalOutcome.ExecutionEnded:
                return Ended(await scope.Store.GetExecutionAsync(record.Id, cancellationToken) ?? record);
            default:
                return NotFound(record.Id);
        }
    }

    private async Task<Reply<ExecutionRecord>> DoneAsync(ExecutionId id, CancellationToken cancellationToken, bool isReplayed = false) =>
        await scope.Store.GetExecutionAsync(id, cancellationToken) is { } record ? Reply<ExecutionRecord>.Done(record, isReplayed) : NotFound(id);

    private static Reply<ExecutionRecord> NotFound(ExecutionId id) =>
        Reply<ExecutionRecord>.Refused("execution_not_found", $"There is no execution {id}.");

    private static Reply<ExecutionRecord> Ended(ExecutionRecord record) =>
        Reply<ExecutionRecord>.Refused("execution_ended", $"Execution {record.Id} has ended ({record.Status.ToString().ToLowerInvariant()}).");
}
