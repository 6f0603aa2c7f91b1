using Actant.Tracing;

namespace Actant.Outbox;

/// <summary>What is delivered.</summary>
/// <param name="Body">The words.</param>
/// <param name="Trace">The trace of the execution that they tell of, where it belongs to one.</param>
internal sealed record DeliveryDocument(ReadOnlyMemory<byte> Body, StoredTrace? Trace);
