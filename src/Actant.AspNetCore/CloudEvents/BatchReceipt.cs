namespace Actant.AspNetCore.CloudEvents;

/// <summary>What became of a batch of events.</summary>
/// <param name="Accepted">How many were accepted.</param>
/// <param name="Refused">How many were not.</param>
/// <param name="Events">Each of them, in order.</param>
internal sealed record BatchReceipt(int Accepted, int Refused, IReadOnlyList<EventReceipt> Events);
