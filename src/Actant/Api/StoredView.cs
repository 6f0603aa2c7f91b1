using Actant.Storage;

namespace Actant.Api;

/// <summary>What is stored of a tenant, in bytes.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="MaxBytes">How much may be.</param>
/// <param name="Threads">Journals, large values and snapshots.</param>
/// <param name="Inboxes">Inputs and signals that nobody has taken up yet.</param>
/// <param name="Deliveries">What waits to be delivered, or was given up.</param>
/// <param name="Definitions">Agents with all their versions, definitions that executions began with, and other records.</param>
public sealed record StoredView(long Bytes, long MaxBytes, long Threads, long Inboxes, long Deliveries, long Definitions)
{
    /// <summary>The view.</summary>
    internal static StoredView Of(StoredBytes stored, long most) =>
        new(stored.Total, most, stored.Threads, stored.Inboxes, stored.Outbox, stored.Definitions);
}
