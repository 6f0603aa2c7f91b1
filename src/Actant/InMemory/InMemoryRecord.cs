using Actant.Storage;
namespace Actant.InMemory;

/// <summary>A record with its versions, oldest first.</summary>
internal sealed class InMemoryRecord(TenantId tenant, string kind, long sequence)
{
    public TenantId Tenant => tenant;

    public string Kind => kind;

    public long Sequence => sequence;

    public List<StoredRecord> Versions { get; } = [];

    /// <summary>What lists show of each version.</summary>
    public List<RecordSummary> Summaries { get; } = [];
}
