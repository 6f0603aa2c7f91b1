using System.Collections.Concurrent;
using Actant.Egress;

namespace Actant.Mcp.Tests;

/// <summary>Every request that wanted to leave.</summary>
internal sealed class AuditList : IEgressAudit
{
    private readonly ConcurrentQueue<EgressRecord> _records = [];

    public IReadOnlyList<EgressRecord> Records => [.. _records];

    public void Record(EgressRecord record) => _records.Enqueue(record);
}
