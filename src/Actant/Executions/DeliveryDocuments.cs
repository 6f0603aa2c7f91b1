using Actant.Outbox;
using Actant.Tracing;

namespace Actant.Executions;

/// <summary>Reads executions for those who are told of them.</summary>
internal sealed class DeliveryDocuments(Func<TenantId, ExecutionClient> clients, OutboxParts? parts, DeliveryOptions options) : IDeliveryDocuments
{
    public async ValueTask<DeliveryDocument?> ReadAsync(ThreadKey thread, ExecutionId execution, string what, CancellationToken cancellationToken)
    {
        if (parts is null || await clients(thread.Tenant).GetAsync(execution, cancellationToken) is not { } result)
        {
            return null;
        }

        if (what == DeliveryEvents.Interrupted && result is { Record.Status: ExecutionStatus.Running, Interrupts.Count: > 0 })
        {
            // The question is stored before the thread sleeps.
            result = result with { Record = result.Record with { Status = ExecutionStatus.Interrupted } };
        }

        return new DeliveryDocument(parts.Document.Write(result, options.MaxBodyBytes, options.PublicUrl), StoredTrace.Of(result.Record.Tags));
    }
}
