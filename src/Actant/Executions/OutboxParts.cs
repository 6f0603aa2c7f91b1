using Actant.Outbox;

namespace Actant.Executions;

/// <summary>What an engine delivers results with.</summary>
/// <param name="Senders">By scheme; each only once.</param>
/// <param name="Document">The words.</param>
public sealed record OutboxParts(IReadOnlyList<IOutboxSender> Senders, IExecutionDocument Document);
