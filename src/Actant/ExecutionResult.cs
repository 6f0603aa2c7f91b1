using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant;

/// <summary>An execution as a whole: where it stands and, as far as it came, what it gave.</summary>
public sealed record ExecutionResult
{
    /// <summary>Where it stands, when it began and ended, tokens and cost.</summary>
    public required ExecutionRecord Record { get; init; }

    /// <summary>
    /// The output: the last answer of the output node in this execution, or the value it wrote. Undefined before the end, and where the
    /// output nodes gave nothing: see <see cref="HasNoOutput"/>.
    /// </summary>
    public JsonElement Output { get; init; }

    /// <summary>
    /// Whether it completed and its output nodes gave nothing in it: they failed and the graph went on, nothing was said or written, or
    /// the answer is empty.
    /// </summary>
    public bool HasNoOutput => Record.Status == ExecutionStatus.Completed
        && (Output.ValueKind == JsonValueKind.Undefined || (Output.ValueKind == JsonValueKind.String && Output.ValueEquals(""u8)));

    /// <summary>The output as text; other values as JSON.</summary>
    public string Response => Output.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.String => Output.GetString()!,
        _ => Output.GetRawText(),
    };

    /// <summary>Finished tool calls in the order in which they were demanded, whatever order they ended in; those of sub-agents included.</summary>
    public IReadOnlyList<FinishedCall> ToolResults { get; init; } = [];

    /// <summary>What was said in this execution, in order, inputs included; without the inner talk of sub-agents.</summary>
    public IReadOnlyList<Message> Messages { get; init; } = [];

    /// <summary>Tokens by kind.</summary>
    public Usage Usage { get; init; }

    /// <summary>The model that answered last.</summary>
    public string? Model { get; init; }

    /// <summary>Who answered for it: the provider, or <c>scripted</c> where a stand-in did.</summary>
    public string? ModelSource { get; init; }

    /// <summary>
    /// Why the answer ended that is the output; where the output is a value, why the last answer did that was accepted, and without an output,
    /// the last one at all: one of <see cref="LanguageModels.FinishReasons"/>.
    /// <c>length</c>, <c>content_filter</c> and <c>refusal</c> say that it is not all that the model had to say.
    /// </summary>
    public string? FinishReason { get; init; }

    /// <summary>Who submitted it, as the way in knew them.</summary>
    public Principal? Principal { get; init; }

    /// <summary>Questions that wait for an answer.</summary>
    public IReadOnlyList<Interrupt> Interrupts { get; init; } = [];

    /// <summary>The executions that nodes of it wait for.</summary>
    public IReadOnlyList<ExecutionId> Children { get; init; } = [];

    /// <summary>The next time that a node of it waits for; <c>null</c> if none does.</summary>
    public DateTimeOffset? WakesAt { get; init; }

    /// <summary>The time for which the first of its calls waits whose tool was called as often as it may be; <c>null</c> if none does.</summary>
    public DateTimeOffset? LimitedUntil { get; init; }
}
