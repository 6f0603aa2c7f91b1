using Actant.Journaling;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What whoever asked is told of exceptions that are no faults of the program.</summary>
public static class Refusals
{
    /// <summary>The refusal; <c>null</c> for every other exception, of which only its reader in the log is told.</summary>
    public static Refusal? Of(Exception exception) => exception switch
    {
        JournalUnreadableException unreadable => new Refusal(RefusalCodes.JournalUnreadable, $"{unreadable.Message} Positions before it can be used."),
        NewerFormatException newer => new Refusal(RefusalCodes.NewerFormat, newer.Message),
        MemoryFullException full => new Refusal(RefusalCodes.TooManyRequests, full.Message),
        StoreUnavailableException { IsFull: true } => new Refusal(
            RefusalCodes.StorageFull, "There is no room for more: delete threads that are not needed, or have the operator make room. What is there can be read, and deleted."),
        StoreUnavailableException { Remedy: { } remedy } => new Refusal(
            RefusalCodes.StoreUnavailable, $"For the operator: {remedy}. Then send the request again; with an Idempotency-Key that is always safe."),
        StoreUnavailableException => new Refusal(RefusalCodes.StoreUnavailable, "Try again in a moment; with an Idempotency-Key that is always safe."),
        _ => null,
    };
}
