using System.Collections.Concurrent;
using Actant.Egress;

namespace Actant.Tests.Egress;

internal sealed class AuditList : IEgressAudit
{
    public ConcurrentQueue<EgressRecord> Records { get; } = [];

    public void Record(EgressRecord record) => Records.Enqueue(record);
}
