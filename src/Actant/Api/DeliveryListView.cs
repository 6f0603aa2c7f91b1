namespace Actant.Api;

/// <summary>A page of deliveries.</summary>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="NextCursor">Where the next page begins; none after the last.</param>
public sealed record DeliveryListView(IReadOnlyList<DeliveryView> Deliveries, string? NextCursor);
