namespace Actant.AspNetCore.Deliveries;

internal sealed record DeliveryListView(IReadOnlyList<DeliveryView> Deliveries, string? NextCursor);
