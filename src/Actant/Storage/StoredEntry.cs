namespace Actant.Storage;

/// <summary>An entry as a store gives it back.</summary>
/// <param name="Position">1 for the first entry of a thread, without gaps.</param>
/// <param name="Id">The id it was appended with.</param>
/// <param name="Execution">The execution it belongs to; <c>null</c> for entries of the thread itself.</param>
/// <param name="Epoch">The epoch of the lease it was appended under.</param>
/// <param name="Body">The bytes that were appended.</param>
public readonly record struct StoredEntry(long Position, Guid Id, ExecutionId? Execution, long Epoch, ReadOnlyMemory<byte> Body);
