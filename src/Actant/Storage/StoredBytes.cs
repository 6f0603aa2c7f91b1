namespace Actant.Storage;

/// <summary>What is stored of one tenant, in bytes of content: rows and indexes come on top.</summary>
/// <param name="Threads">Entries, blobs and snapshots of its threads.</param>
/// <param name="Inboxes">Inputs and signals that nobody has taken up yet.</param>
/// <param name="Outbox">What waits to be delivered, or was given up.</param>
/// <param name="Definitions">Definitions that executions are pinned to, agents with all their versions, and other records.</param>
public sealed record StoredBytes(long Threads, long Inboxes, long Outbox, long Definitions)
{
    /// <summary>All of it.</summary>
    public long Total => Threads + Inboxes + Outbox + Definitions;
}
