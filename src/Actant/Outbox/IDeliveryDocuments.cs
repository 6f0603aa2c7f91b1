using Actant.Tracing;

namespace Actant.Outbox;

/// <summary>What is delivered.</summary>
/// <param name="Body">The words.</param>
/// <param name="Trace">The trace of the execution that they tell of, where it belongs to one.</param>
internal sealed record DeliveryDocument(ReadOnlyMemory<byte> Body, StoredTrace? Trace);

/// <summary>The words of a delivery.</summary>
internal interface IDeliveryDocuments
{
    /// <summary>What is told of an execution; <c>null</c> when it is gone.</summary>
    ValueTask<DeliveryDocument?> ReadAsync(ThreadKey thread, ExecutionId execution, string what, CancellationToken cancellationToken);
}
