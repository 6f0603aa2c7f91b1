using System.Text.Json;
using Actant.Journaling;
using Actant.Tools;

namespace Actant.Filters;

/// <summary>
/// What everything passes on its way in and out. Does nothing by itself; safety and budgets derive from it. Called by many
/// executions at once. An exception of type <see cref="HookRefusedException"/> is a refusal with its failure; any other one, a time-out of
/// the hook's own too, is a refusal with the code <c>filter_failed</c>, and is logged.
/// </summary>
public class ExecutionHooks
{
    /// <summary>Before an input is stored. What is not returned is never stored.</summary>
    public virtual ValueTask<JsonElement> OnInputAsync(TenantId tenant, JsonElement input, CancellationToken cancellationToken) => new(input);

    /// <summary>Before a tool's arguments leave.</summary>
    public virtual ValueTask<JsonElement> OnToolArgumentsAsync(ToolContext context, string tool, JsonElement arguments, CancellationToken cancellationToken) => new(arguments);

    /// <summary>Before a tool's result is stored.</summary>
    public virtual ValueTask<ToolResult> OnToolResultAsync(ToolContext context, string tool, ToolResult result, CancellationToken cancellationToken) => new(result);

    /// <summary>Before an answer is stored and published.</summary>
    public virtual ValueTask<Message> OnAnswerAsync(ToolContext context, Message answer, CancellationToken cancellationToken) => new(answer);

    /// <summary>
    /// Before a piece of an answer is published. May hold text back and return it with a later piece; what is held when the
    /// answer ends is asked for with an empty piece.
    /// </summary>
    public virtual ValueTask<string> OnDeltaAsync(ToolContext context, string messageId, string text, CancellationToken cancellationToken) => new(text);

    /// <summary>Before a model is asked: reserves the worst case.</summary>
    public virtual ValueTask ReserveAsync(ToolContext context, ModelCallEstimate estimate, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>With the commit of an answer, or after a failed call: settles the real usage. What it throws is logged and changes nothing.</summary>
    public virtual ValueTask SettleAsync(ToolContext context, ModelCallEstimate estimate, Usage usage, decimal costUsd, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
