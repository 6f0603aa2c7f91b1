using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Tools;

/// <summary>
/// The one way a tool is called: checks the arguments, keeps the rate limit, the deadline and the bound of the output, and turns
/// whatever the tool throws into a failure with a stable code. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="limiter">Counts the calls of tools with a rate limit; by default, each gate its own.</param>
internal sealed class ToolGate(TimeProvider time, IToolRateLimiter? limiter = null)
{
    /// <summary>How long a tool that was told to stop may take to do so, before the gate answers without it: 500 ms.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private const int LongestMessage = 1000;
    private readonly IToolRateLimiter _limiter = limiter ?? Alone(time);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Calls the tool once.</summary>
    /// <param name="tool">The tool as the agent may use it.</param>
    /// <param name="call">The call; its arguments are not checked yet.</param>
    /// <param name="deadline">An end that was stored before, if it comes earlier than the tool's own time-out from now.</param>
    /// <param name="cancellationToken">Ends the call: on cancel, and when the lease is lost.</param>
    /// <returns>
    /// The output or a failure: <see cref="ToolErrors.InvalidArguments"/> and <see cref="ToolErrors.RateLimited"/> (transient, with the
    /// time to wait; the tool was not called in both), <see cref="ToolErrors.TimedOut"/> (transient), <see cref="ToolErrors.OutcomeUnknown"/> (an unsafe call that was cut off), <see cref="ToolErrors.OutputTooLarge"/>, <see cref="ToolErrors.OutputTooDeep"/>,
    /// <see cref="ToolErrors.ExecutionFailed"/> (the tool threw), or the tool's own.
    /// </returns>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled and the tool did not end with a result within <see cref="Grace"/>: whether an unsafe call happened is
    /// then unknown.
    /// </exception>
    public ValueTask<ToolResult> InvokeAsync(BoundTool tool, ToolCall call, DateTimeOffset? deadline, CancellationToken cancellationToken) =>
        InvokeAsync(tool, call, deadline, null, cancellationToken);

    /// <summary>The same; a call that the gate has answered without is followed to its end.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="call">The call.</param>
    /// <param name="deadline">An end that was stored before.</param>
    /// <param name="late">Told how it ended all the same. Must not throw.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async ValueTask<ToolResult> InvokeAsync(
        BoundTool tool, ToolCall call, DateTimeOffset? deadline, Action<ToolResult>? late, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tool.CheckArguments(call.Arguments) is { } invalid)
        {
            return ToolResult.NotDone(invalid);
        }

        var timeout = Shorter(tool.Limits.Timeout, deadline - time.GetUtcNow());
        if (timeout <= TimeSpan.Zero)
        {
            return ToolResult.NotDone(
                ToolErrors.TimedOut, $"The deadline passed before '{tool.Name}' was called.", transient: true);
        }

        using var clock = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            if (await CountAsync(tool, call.Context, stop.Token) is { } excess)
            {
                return ToolResult.HeldBack(excess);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ToolResult.NotDone(
                ToolErrors.TimedOut, $"Whether '{tool.Name}' may be called now was not known in time; it was not called.", transient: true);
        }

        // A tool may block its thread, so it gets one that nobody waits on.
        var token = stop.Token;
        var work = Task.Run(() => tool.Tool.InvokeAsync(call, token).AsTask(), CancellationToken.None);
        await ((Task)work).WaitAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!work.IsCompleted)
        {
            await ((Task)work).WaitAsync(Grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (work.IsCompletedSuccessfully)
        {
            return CheckResult(tool, await work);
        }

        var isLeft = !work.IsCompleted;
        _ = work.ContinueWith(
            ended =>
            {
                // Read in any case: an exception that nobody has seen is thrown elsewhere.
                var thrown = ended.Exception?.InnerException;
                if (isLeft && late is not null)
                {
                    late(ended.IsCompletedSuccessfully ? CheckResult(tool, ended.Result) : ToolResult.Failed(Thrown(tool, thrown ?? new OperationCanceledException())));
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        return ToolResult.Failed(clock.IsCancellationRequested
            ? CutOff(tool, $"'{tool.Name}' did not end within {timeout.TotalSeconds:0.###} s.")
            : Thrown(tool, work.Exception?.InnerException ?? new OperationCanceledException()));
    }

    /// <summary>The answer to a call of a tool that the caller does not have.</summary>
    /// <param name="name">The name that was called.</param>
    /// <param name="offered">The names that it has.</param>
    public static ToolResult NotFound(string name, IReadOnlyCollection<string> offered)
    {
        var hint = Spelling.Nearest(name, offered) is { } meant ? $"Is '{meant}' meant?"
            : offered.Count > 0 ? $"There are: {string.Join(", ", offered)}." : "There are none.";
        return ToolResult.Failed(ToolErrors.NotFound, Shorten($"There is no tool '{name}'. {hint}"));
    }

    /// <summary>The answer to a call that the user on whose behalf it is made may not make.</summary>
    public static ToolResult NotPermitted(string name) =>
        ToolResult.Failed(ToolErrors.NotPermitted, $"'{name}' may not be called here: the request's permissions do not name tool:{name}.");

    private static GrantedCalls Alone(TimeProvider time)
    {
        var windows = new RateWindows(time);
        return new GrantedCalls(request => new(windows.Take(request)), time);
    }

    private static TimeSpan Shorter(TimeSpan timeout, TimeSpan? left)
    {
        var shorter = left < timeout ? left.Value : timeout;
        return shorter < s_longestTimeout ? shorter : s_longestTimeout;
    }

    /// <summary>The failure of a call whose output is larger than it may be.</summary>
    internal static ToolResult? TooLarge(BoundTool tool, JsonElement output, int most)
    {
        var size = JsonMarshal.GetRawUtf8Value(output).Length;
        return size <= most ? null : ToolResult.Failed(
            ToolErrors.OutputTooLarge, $"'{tool.Name}' was called and answered with {size} bytes, more than the {most} allowed. Ask for less.");
    }

    /// <summary>The failure of a call whose output is nested deeper than values may be.</summary>
    internal static ToolResult? TooDeep(BoundTool tool, JsonElement output) => !JsonLimits.IsTooDeep(output) ? null : ToolResult.Failed(
        ToolErrors.OutputTooDeep, $"'{tool.Name}' was called and answered with JSON that is nested more than {JsonLimits.MaxDepth} deep.");

    private static ToolResult? Broken(BoundTool tool, JsonElement output) => StorableJson.FindBroken(output, "$") is not { } path ? null : ToolResult.Failed(
        ToolErrors.ExecutionFailed, Shorten($"'{tool.Name}' was called and answered with a text that is no Unicode: half of a surrogate pair at {path}."));

    private static ToolResult? BadParts(BoundTool tool, JsonElement parts) => ToolParts.FaultOf(parts) is not { } fault ? null : ToolResult.Failed(
        ToolErrors.ExecutionFailed, Shorten($"'{tool.Name}' was called and gave parts that cannot be used: {fault.Path}: {fault.Message}"));

    private static ToolResult CheckResult(BoundTool tool, ToolResult? result)
    {
        if (result?.Failure is { } failure)
        {
            var shorter = failure with { Message = Shorten(failure.Message) };
            return failure.Message.Length <= LongestMessage ? result : result.DidNotHappen ? ToolResult.NotDone(shorter) : ToolResult.Failed(shorter);
        }

        try
        {
            if (result?.Output is not { ValueKind: not JsonValueKind.Undefined } output)
            {
                return ToolResult.Failed(ToolErrors.ExecutionFailed, $"'{tool.Name}' ended without a result.");
            }

            // The tool may reuse or dispose the document that its output lies in.
            var kept = output.Clone();
            return TooLarge(tool, kept, Math.Min(tool.Limits.MaxOutputBytes, JsonLimits.MaxValueBytes)) ?? TooDeep(tool, kept)
                ?? Broken(tool, kept) ?? (result.HasParts ? BadParts(tool, kept) : null) ?? result.With(kept);
        }
        catch (ObjectDisposedException)
        {
            return ToolResult.Failed(ToolErrors.ExecutionFailed, $"'{tool.Name}' disposed of its result before it was read.");
        }
    }

    /// <summary>Counts the call for its user, then for the tool.</summary>
    private async ValueTask<Failure?> CountAsync(BoundTool tool, ToolContext context, CancellationToken cancellationToken)
    {
        var tenant = context.Thread.Tenant;
        if (context.Security?.RateLimit?.TryGetValue(tool.Name, out var mine) == true)
        {
            var user = context.Security.UserId ?? context.Security.OrganizationId ?? context.Execution.ToString();
            if (await _limiter.TryTakeAsync(tenant, $"{tool.Name} for {user}", mine, SecurityContext.RateWindow, cancellationToken) is { } longer)
            {
                return TooMany(tool, mine, SecurityContext.RateWindow, longer);
            }
        }

        return tool.Limits.MaxCalls is { } most
            && await _limiter.TryTakeAsync(tenant, tool.Name, most, tool.Limits.Window, cancellationToken) is { } wait
                ? TooMany(tool, most, tool.Limits.Window, wait)
                : null;
    }

    private static Failure TooMany(BoundTool tool, int most, TimeSpan window, TimeSpan wait) => new()
    {
        Code = ToolErrors.RateLimited,
        Message = $"'{tool.Name}' may be called {most} times in {window.TotalSeconds:0.###} s. The next call may begin in {Math.Ceiling(wait.TotalSeconds):0} s.",
        Transient = true,
        RetryAfterMs = (long)Math.Ceiling(wait.TotalMilliseconds),
    };

    // A call that may be repeated is worth another try; for an unsafe one only a person or a policy can say.
    private static Failure CutOff(BoundTool tool, string message) => tool.Class == ToolClass.Unsafe
        ? new Failure { Code = ToolErrors.OutcomeUnknown, Message = $"{message} Whether the call happened is unknown." }
        : new Failure { Code = ToolErrors.TimedOut, Message = message, Transient = true };

    private static Failure Thrown(BoundTool tool, Exception exception)
    {
        while (exception is TargetInvocationException or AggregateException && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        var message = Shorten($"'{tool.Name}' failed: {exception.Message}");
        return exception switch
        {
            ToolOutcomeUnknownException when tool.Class == ToolClass.Unsafe =>
                new Failure { Code = ToolErrors.OutcomeUnknown, Message = message },
            ToolOutcomeUnknownException => new Failure { Code = ToolErrors.ExecutionFailed, Message = message, Transient = true },
            OperationCanceledException => CutOff(tool, $"'{tool.Name}' gave up waiting."),
            _ => new Failure { Code = ToolErrors.ExecutionFailed, Message = message },
        };
    }

    private static string Shorten(string message) => message.Length <= LongestMessage ? message : $"{message[..(LongestMessage - 1)]}…";
}
