using System.Text.Json;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Schemas;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    /// <summary>Lets an execution that was submitted with <c>start: false</c> begin. Idempotent.</summary>
    public async Task<Reply<ExecutionRecord>> StartAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        var record = await _store.GetExecutionAsync(id, cancellationToken);
        if (record is null)
        {
            return NotFound(id);
        }

        if (record.Status.IsEnd())
        {
            return Ended(record);
        }

        await _store.StartAsync(id, _principal, cancellationToken);
        _scheduler.Look();
        return await DoneAsync(id, cancellationToken);
    }

    /// <summary>
    /// Pauses an execution when its running steps have ended; any answer to its interrupt lets it go on. One that waits for its
    /// turn is paused when that comes; one that was never started is refused with <c>execution_not_started</c>.
    /// </summary>
    public async Task<Reply<ExecutionRecord>> StopAsync(ExecutionId id, CancellationToken cancellationToken) =>
        await _store.GetExecutionAsync(id, cancellationToken) is not { } record ? NotFound(id)
        : record is { Held: true, Status: ExecutionStatus.Pending }
            ? Reply<ExecutionRecord>.Refused("execution_not_started", $"Execution {id} was not started, so there is nothing to stop. Cancel it if it shall never run.")
            : await SignalAsync(record, [new Signal { Kind = SignalKind.Stop, Execution = id, Key = $"stop:{_services.Ids.Next()}", Body = new StopRequest(_principal).ToBytes() }], cancellationToken);

    /// <summary>
    /// Ends an execution: what is in flight is aborted, nothing starts afterwards. Works while it is queued, asleep or held. A
    /// second cancel answers as the first.
    /// </summary>
    public async Task<Reply<ExecutionRecord>> CancelAsync(ExecutionId id, string? reason, CancellationToken cancellationToken)
    {
        var body = new CancelRequest(reason, RollsBack: false, _principal).ToBytes();
        var reply = await SignalAsync(id, SignalKind.Cancel, $"cancel:{id}", body, cancellationToken);
        return reply.Refusal?.Code is "execution_ended" or "signal_conflict"
            && await _store.GetExecutionAsync(id, cancellationToken) is { } record
            && (record.Status == ExecutionStatus.Cancelled || !record.Status.IsEnd())
                ? Reply<ExecutionRecord>.Done(record, isReplayed: true)
                : reply;
    }

    /// <summary>Answers questions of an execution, all or none. The first answer to a question wins.</summary>
    public async Task<Reply<ExecutionRecord>> ResumeAsync(ExecutionId id, ResumeRequest request, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is not { } execution)
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
                return Reply<ExecutionRecord>.Refused(
                    "interrupt_ambiguous",
                    $"The execution has {execution.Interrupts.Count} open questions ({string.Join(", ", execution.Interrupts.Select(open => open.Id))}); name the ones that you answer.");
            }

            answers[execution.Interrupts[0].Id] = only;
        }

        if (answers.Count == 0)
        {
            return Reply<ExecutionRecord>.Refused("invalid_answer", "There is no answer in the request.");
        }

        if (await CheckAsync(execution, answers, cancellationToken) is { } refusal)
        {
            return Reply<ExecutionRecord>.Refused(refusal);
        }

        var signals = answers.Select(answer => new Signal
        {
            Kind = SignalKind.Decision,
            Execution = id,
            // With the execution: one that was rewound and goes on asks the same question anew.
            Key = $"decision:{id}:{answer.Key}",
            Body = new Decision(answer.Key, answer.Value, _principal).ToBytes(),
        });
        return await SignalAsync(execution.Record, [.. signals], cancellationToken);
    }

    private async Task<Refusal?> CheckAsync(ExecutionResult execution, Dictionary<string, JsonElement> answers, CancellationToken cancellationToken)
    {
        var errors = new List<DefinitionProblem>();
        foreach (var (id, answer) in answers)
        {
            if (execution.Interrupts.FirstOrDefault(open => open.Id == id) is not { } interrupt)
            {
                return await WasAskedAsync(execution.Record, id, cancellationToken)
                    ? new Refusal("interrupt_answered", $"The question `{id}` was answered before.")
                    : new Refusal("interrupt_not_found", $"The execution has no question `{id}`. Open ones: {string.Join(", ", execution.Interrupts.Select(open => open.Id))}.");
            }

            if (WhyNotStored(answer) is { } fault)
            {
                errors.Add(new DefinitionProblem($"$.answers[\"{id}\"]", fault.Code, fault.Message));
            }
            else if (interrupt.ResponseSchema is { } schema && JsonSchema.TryCompile(schema, out var compiled, out _))
            {
                errors.AddRange(compiled.Validate(answer).Errors.Select(error =>
                    new DefinitionProblem($"$.answers[\"{id}\"]{error.InstancePath[1..]}", "invalid_answer", error.Message)));
            }
        }

        return errors.Count == 0 ? null : new Refusal("invalid_answer", "The answer does not fit what was asked for.", errors);
    }

    private static (string Code, string Message)? WhyNotStored(JsonElement answer) =>
        JsonLimits.IsTooDeep(answer) ? (ValueErrors.TooDeep, $"The answer is nested more than {JsonLimits.MaxDepth} deep.")
        : JournalText.AsStored(answer) is not { } stored ? ("invalid_answer", "A text of the answer is no Unicode: it holds half of a surrogate pair.")
        : JsonValues.BytesOf(stored) > LargestStoredInput ? ("input_too_large", $"The answer is larger than {LargestStoredInput} bytes as it is stored.")
        : null;

    private async Task<bool> WasAskedAsync(ExecutionRecord record, string interrupt, CancellationToken cancellationToken)
    {
        await foreach (var entry in EntriesAsync(record, cancellationToken))
        {
            if (entry.Payload is Interrupted asked && asked.Interrupt.Id == interrupt)
            {
                return true;
            }
        }

        return false;
    }

    private async IAsyncEnumerable<Entry> EntriesAsync(ExecutionRecord record, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = record.StartPosition ?? long.MaxValue; next <= (record.EndPosition ?? long.MaxValue);)
        {
            var entries = await _services.Loader.ReadAsync(record.Thread, next, record.EndPosition ?? long.MaxValue, cancellationToken);
            foreach (var entry in entries)
            {
                yield return entry;
            }

            if (entries.Count == 0)
            {
                yield break;
            }

            next = entries[^1].Position + 1;
        }
    }

    private async Task<Reply<ExecutionRecord>> SignalAsync(ExecutionId id, SignalKind kind, string key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await _store.GetExecutionAsync(id, cancellationToken) is { } record
            ? await SignalAsync(record, [new Signal { Kind = kind, Execution = id, Key = key, Body = body }], cancellationToken)
            : NotFound(id);

    private async Task<Reply<ExecutionRecord>> SignalAsync(ExecutionRecord record, IReadOnlyList<Signal> signals, CancellationToken cancellationToken)
    {
        var result = await _store.SignalAsync(record.Thread.Thread, signals, cancellationToken);
        switch (result.Outcome)
        {
            case SignalOutcome.Replayed when signals[0].Kind == SignalKind.Decision:
                // Also when it is the same answer: whether a second one is told so must not depend on how fast the first was taken.
                return Reply<ExecutionRecord>.Refused("interrupt_answered", "Somebody else answered first.");
            case SignalOutcome.Stored or SignalOutcome.Replayed:
                await _scheduler.SignalledAsync(record.Thread, result.HeldBy is not null, ends: signals[0].Kind == SignalKind.Cancel, cancellationToken);
                return await DoneAsync(record.Id, cancellationToken, result.Outcome == SignalOutcome.Replayed);
            case SignalOutcome.KeyConflict:
                return signals[0].Kind == SignalKind.Decision
                    ? Reply<ExecutionRecord>.Refused("interrupt_answered", "Somebody else answered first.")
                    : Reply<ExecutionRecord>.Refused("signal_conflict", "The same was asked before, with another body.");
            case SignalOutcome.ExecutionEnded:
                return Ended(await _store.GetExecutionAsync(record.Id, cancellationToken) ?? record);
            default:
                return NotFound(record.Id);
        }
    }

    private async Task<Reply<ExecutionRecord>> DoneAsync(ExecutionId id, CancellationToken cancellationToken, bool isReplayed = false) =>
        await _store.GetExecutionAsync(id, cancellationToken) is { } record ? Reply<ExecutionRecord>.Done(record, isReplayed) : NotFound(id);

    private static Reply<ExecutionRecord> NotFound(ExecutionId id) =>
        Reply<ExecutionRecord>.Refused("execution_not_found", $"There is no execution {id}.");

    private static Reply<ExecutionRecord> Ended(ExecutionRecord record) =>
        Reply<ExecutionRecord>.Refused("execution_ended", $"Execution {record.Id} has ended ({record.Status.ToString().ToLowerInvariant()}).");
}
