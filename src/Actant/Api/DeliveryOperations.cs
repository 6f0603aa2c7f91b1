using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What can be asked of deliveries.</summary>
/// <param name="engine">Who delivers.</param>
public sealed class DeliveryOperations(ActantEngine engine)
{
    /// <summary>What is still to be delivered, or was given up.</summary>
    public async Task<Reply<DeliveryListView>> ListAsync(Caller caller, ListDeliveriesCommand command, CancellationToken cancellationToken) =>
        Operations.ListDeliveries.Forbids(caller) ?? await command.Page.ShowAsync(
            (cursor, limit) => new ValueTask<Page<Delivery>>(engine.For(caller.Tenant).ListDeliveriesAsync(command.Dead, cursor, limit, cancellationToken)),
            static page => new DeliveryListView([.. page.Items.Select(DeliveryView.Of)], page.Cursor));

    /// <summary>Sends a delivery again that was given up.</summary>
    public async Task<Reply<EmptyView>> ResendAsync(Caller caller, DeliveryCommand command, CancellationToken cancellationToken) =>
        Operations.ResendDelivery.Forbids(caller)
        ?? (Guid.TryParse(command.Delivery, out var id) && await engine.For(caller.Tenant).ResendAsync(id, cancellationToken)
            ? Reply<EmptyView>.Done(EmptyView.Done)
            : Reply<EmptyView>.Refused(
                "delivery_not_found", "There is no delivery of this id that was given up: it was delivered, is still tried, or its thread is gone."));
}
