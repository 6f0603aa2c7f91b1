using System.Text.Json;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Schemas;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Whether answers fit what an execution asks.</summary>
internal sealed class AnswerChecks(TenantScope scope)
{
    /// <summary>Why they are refused, all together.</summary>
    public async Task<Refusal?> CheckAsync(ExecutionResult execution, Dictionary<string, JsonElement> answers, CancellationToken cancellationToken)
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
        : JsonValues.BytesOf(stored) > SubmissionChecks.LargestStoredInput ? ("input_too_large", $"The answer is larger than {SubmissionChecks.LargestStoredInput} bytes as it is stored.")
        : null;

    /// <summary>Why an answer that names no question is refused.</summary>
    public async Task<Refusal> WhyAmbiguousAsync(ExecutionResult execution, CancellationToken cancellationToken) =>
        execution.Interrupts.Count > 0
            ? new Refusal(
                "interrupt_ambiguous",
                $"The execution has {execution.Interrupts.Count} open questions ({string.Join(", ", execution.Interrupts.Select(static open => open.Id))}); name the ones that you answer.")
        : await WasAskedAsync(execution.Record, null, cancellationToken) ? new Refusal("interrupt_answered", "What the execution asked was answered before; it asks nothing now.")
        : new Refusal("interrupt_not_found", "The execution asks nothing now.");

    /// <summary>Whether a question was asked; any at all, where none is named.</summary>
    private async Task<bool> WasAskedAsync(ExecutionRecord record, string? interrupt, CancellationToken cancellationToken)
    {
        var entries = scope.Services.Loader.ReadAllAsync(record.Thread, record.StartPosition ?? long.MaxValue, record.EndPosition ?? long.MaxValue, cancellationToken);
        await foreach (var entry in entries)
        {
            if (entry.Payload is Interrupted asked && (interrupt is null || asked.Interrupt.Id == interrupt))
            {
                return true;
            }
        }

        return false;
    }
}
