using Actant.Outbox;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Finds the tenant in which a message goes from one thread to another.</summary>
internal sealed class ThreadDeliveries(Func<TenantId, ExecutionClient> clients) : IThreadDeliveries
{
    public ValueTask<SendResult> SendAsync(OutboxDelivery delivery, DeliveryNote note, bool isLast, CancellationToken cancellationToken) =>
        clients(delivery.Thread.Tenant).Children.SendAsync(delivery, note, isLast, cancellationToken);
}
