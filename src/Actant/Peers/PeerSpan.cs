using Actant.Events;

namespace Actant.Peers;

/// <summary>A stretch of a thread's events.</summary>
/// <param name="From">The first one.</param>
/// <param name="To">The one that ends it.</param>
public readonly record struct PeerSpan(EventId From, EventId To);
