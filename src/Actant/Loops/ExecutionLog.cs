using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

/// <summary>What becomes of executions, for the log: one line each time.</summary>
internal static partial class ExecutionLog
{
    /// <summary>An execution ended, and that is stored.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="record">Its row as it was before.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="failure">Why, if not well.</param>
    /// <param name="now">When.</param>
    /// <param name="user">On whose behalf it ran, where that is known.</param>
    public static void Ended(ILogger logger, ExecutionRecord record, ExecutionStatus status, Failure? failure, DateTimeOffset now, string? user)
    {
        using var around = Around(logger, record, user);
        var duration = Milliseconds(now - (record.StartedAt ?? record.CreatedAt));
        switch (status)
        {
            case ExecutionStatus.Completed:
                Completed(logger, record.Id, record.Agent, duration);
                break;
            case ExecutionStatus.Cancelled:
                Cancelled(logger, record.Id, record.Agent, duration);
                break;
            default:
                Failed(logger, record.Id, record.Agent, duration, failure?.Code ?? "", failure?.Message ?? "");
                break;
        }
    }

    /// <summary>An execution began.</summary>
    public static void Began(ILogger logger, ExecutionRecord record, DateTimeOffset now, string? user)
    {
        using var around = Around(logger, record, user);
        var waited = Milliseconds(now - record.CreatedAt);
        Began(logger, record.Id, record.Agent, waited);
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Warning, Message = "Execution {Execution} of {Agent} is taken over: the process that had it has gone silent ({Crashes} in a row).")]
    public static partial void TakenOver(ILogger logger, ExecutionId execution, string agent, int crashes);

    // Beside the message, which names nobody.
    private static IDisposable? Around(ILogger logger, ExecutionRecord record, string? user)
    {
        if (user is null && record.Tags?.TraceParent is null)
        {
            return null;
        }

        var values = new List<KeyValuePair<string, object?>>(2);
        if (user is not null)
        {
            values.Add(new("UserId", user));
        }

        if (record.Tags?.TraceParent?.Split('-') is [_, var trace, ..])
        {
            values.Add(new("TraceId", trace));
        }

        return logger.BeginScope(values);
    }

    private static long Milliseconds(TimeSpan span) => Math.Max(0, (long)span.TotalMilliseconds);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "Execution {Execution} of {Agent} began, {WaitedMs} ms after it was accepted.")]
    private static partial void Began(ILogger logger, ExecutionId execution, string agent, long waitedMs);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Information, Message = "Execution {Execution} of {Agent} completed in {DurationMs} ms.")]
    private static partial void Completed(ILogger logger, ExecutionId execution, string agent, long durationMs);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Information, Message = "Execution {Execution} of {Agent} was cancelled after {DurationMs} ms.")]
    private static partial void Cancelled(ILogger logger, ExecutionId execution, string agent, long durationMs);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Error, Message = "Execution {Execution} of {Agent} failed after {DurationMs} ms: {Code}: {Reason}")]
    private static partial void Failed(ILogger logger, ExecutionId execution, string agent, long durationMs, string code, string reason);
}
