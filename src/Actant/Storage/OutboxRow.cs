namespace Actant.Storage;

/// <summary>Something that must leave after a commit.</summary>
/// <param name="Delivery">A stable id, the same on every try.</param>
/// <param name="Destination">Where to: a scheme and an address. Rows of one destination and thread are delivered in order.</param>
/// <param name="Body">What; opaque.</param>
public sealed record OutboxRow(Guid Delivery, string Destination, ReadOnlyMemory<byte> Body)
{
    /// <summary>What it is held back with: rows of one group share a bound, such as those of one tenant to one host. <c>null</c> is a group of its own.</summary>
    public string? Group { get; init; }
}
