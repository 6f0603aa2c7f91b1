namespace Actant.Storage;

/// <summary>The node that leases a thread.</summary>
/// <param name="Session">Its session.</param>
/// <param name="Node">Its name, for people.</param>
/// <param name="Address">Where other nodes reach it; <c>null</c> if it did not say.</param>
public sealed record ThreadHolder(SessionId Session, string Node, string? Address);
