namespace Actant.Outbox;

/// <summary>The words of a delivery.</summary>
internal interface IDeliveryDocuments
{
    /// <summary>What is told of an execution; <c>null</c> when it is gone.</summary>
    ValueTask<DeliveryDocument?> ReadAsync(ThreadKey thread, ExecutionId execution, string what, CancellationToken cancellationToken);
}
