using Microsoft.Extensions.Logging;

namespace Actant.Loops;

/// <summary>What loops say to the log.</summary>
internal static partial class LoopLog
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "Thread {Thread} was lost (epoch {Epoch}): another process goes on with it, or it was deleted.")]
    public static partial void LeaseLost(ILogger logger, ThreadKey thread, long epoch);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Information, Message = "Thread {Thread} (epoch {Epoch}) is given up because the process stops; it goes on elsewhere, or after the next start.")]
    public static partial void GivenUp(ILogger logger, ThreadKey thread, long epoch);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Thread {Thread} (epoch {Epoch}) could not go on.")]
    public static partial void Broken(ILogger logger, Exception exception, ThreadKey thread, long epoch);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "Thread {Thread} (epoch {Epoch}) cannot be folded: entry {Position}: {Reason} Execution {Execution} is ended; what runs on the thread next ends too, until somebody goes back behind that entry.")]
    public static partial void Unreadable(ILogger logger, ThreadKey thread, long epoch, long position, string reason, ExecutionId? execution);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "Thread {Thread} is left to nodes of a newer release: entry {Position} needs format {Format}.")]
    public static partial void Newer(ILogger logger, ThreadKey thread, long position, int format);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "Thread {Thread} is left to a node that has what this one lacks: {Needs}.")]
    public static partial void Left(ILogger logger, ThreadKey thread, string needs);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "Thread {Thread} (epoch {Epoch}) holds other entries than were thought; it is folded again.")]
    public static partial void Conflict(ILogger logger, Exception exception, ThreadKey thread, long epoch);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning, Message = "{Model} of {Provider} told counts of tokens that cannot be, and that count as 0: {Counts}. Execution {Execution}.")]
    public static partial void Miscounted(ILogger logger, string model, string provider, string counts, ExecutionId? execution);

    [LoggerMessage(EventId = 1009, Level = LogLevel.Warning, Message = "The store cannot be used; the engine starts as soon as it can: {Reason}")]
    public static partial void StoreAway(ILogger logger, string reason);
}
