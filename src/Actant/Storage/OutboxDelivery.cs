namespace Actant.Storage;

/// <summary>An outbox row that was leased for one try.</summary>
/// <param name="Row">The row.</param>
/// <param name="Thread">The thread that wrote it.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="WrittenAt">When it was committed.</param>
/// <param name="Since">Since when it is tried: when it was committed, or last sent again by a person.</param>
public sealed record OutboxDelivery(OutboxRow Row, ThreadKey Thread, int Attempt, DateTimeOffset WrittenAt, DateTimeOffset Since);
