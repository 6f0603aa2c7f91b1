using System.Text.Json;
using Actant.Journaling;
using Actant.Tools;
using Microsoft.Extensions.Logging;

namespace Actant.Filters;

/// <summary>
/// The one way to the hooks. Whatever one of them throws is a refusal with a stable code: its own time-out or fault is no abort of the
/// step, which would be planned again without end, and no fault of whoever is called behind it.
/// </summary>
internal sealed partial class HookGate(ExecutionHooks hooks, ILogger log)
{
    private const int LongestMessage = 500;

    public ValueTask<JsonElement> OnInputAsync(TenantId tenant, JsonElement input, CancellationToken cancellationToken) =>
        PassAsync(hooks, "an input", (tenant, input), static (hooks, value, token) => hooks.OnInputAsync(value.tenant, value.input, token), cancellationToken);

    public ValueTask<JsonElement> OnToolArgumentsAsync(ToolContext context, string tool, JsonElement arguments, CancellationToken cancellationToken) =>
        PassAsync(
            hooks, $"the arguments of '{tool}'", (context, tool, arguments),
            static (hooks, value, token) => hooks.OnToolArgumentsAsync(value.context, value.tool, value.arguments, token), cancellationToken);

    public ValueTask<ToolResult> OnToolResultAsync(ToolContext context, string tool, ToolResult result, CancellationToken cancellationToken) =>
        PassAsync(
            hooks, $"the result of '{tool}', which was called,", (context, tool, result),
            static (hooks, value, token) => hooks.OnToolResultAsync(value.context, value.tool, value.result, token), cancellationToken);

    public ValueTask<Message> OnAnswerAsync(ToolContext context, Message answer, CancellationToken cancellationToken) =>
        PassAsync(hooks, "an answer", (context, answer), static (hooks, value, token) => hooks.OnAnswerAsync(value.context, value.answer, token), cancellationToken);

    public ValueTask<string> OnDeltaAsync(ToolContext context, string messageId, string text, CancellationToken cancellationToken) =>
        PassAsync(
            hooks, "a piece of an answer", (context, messageId, text),
            static (hooks, value, token) => hooks.OnDeltaAsync(value.context, value.messageId, value.text, token), cancellationToken);

    public async ValueTask ReserveAsync(ToolContext context, ModelCallEstimate estimate, CancellationToken cancellationToken) =>
        await PassAsync(
            hooks, "a reservation", (context, estimate),
            static async (hooks, value, token) =>
            {
                await hooks.ReserveAsync(value.context, value.estimate, token);
                return true;
            },
            cancellationToken);

    /// <summary>Never fails: what was answered and paid for is not thrown away because it could not be counted.</summary>
    public async ValueTask SettleAsync(ToolContext context, ModelCallEstimate estimate, Usage usage, decimal costUsd)
    {
        try
        {
            await hooks.SettleAsync(context, estimate, usage, costUsd, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogFailed(log, exception, "a settlement");
        }
    }

    private ValueTask<TResult> PassAsync<TValue, TResult>(
        ExecutionHooks passed, string what, TValue value, Func<ExecutionHooks, TValue, CancellationToken, ValueTask<TResult>> call, CancellationToken cancellationToken)
    {
        try
        {
            var passing = call(passed, value, cancellationToken);
            return passing.IsCompletedSuccessfully ? passing : AwaitAsync(passing, what, cancellationToken);
        }
        catch (Exception exception) when (IsOwn(exception, cancellationToken))
        {
            throw Refusal(exception, what);
        }
    }

    private async ValueTask<TResult> AwaitAsync<TResult>(ValueTask<TResult> passing, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await passing;
        }
        catch (Exception exception) when (IsOwn(exception, cancellationToken))
        {
            throw Refusal(exception, what);
        }
    }

    /// <summary>Whether it is the hook's own fault: no refusal, and not our cancel.</summary>
    private static bool IsOwn(Exception exception, CancellationToken cancellationToken) =>
        exception is not HookRefusedException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private HookRefusedException Refusal(Exception exception, string what)
    {
        LogFailed(log, exception, what);
        var why = exception.Message.Length <= LongestMessage ? exception.Message : $"{exception.Message[..LongestMessage]}…";
        return new HookRefusedException(new Failure { Code = HookRefusedException.Failed, Message = $"The filter of {what} failed, so it does not pass: {why}" }, exception);
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Error, Message = "The hook for {What} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string what);
}
