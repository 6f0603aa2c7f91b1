namespace Actant.Storage;

/// <summary>An entry as a store sees it on the way in: opaque, bounded, with an id that makes its append idempotent.</summary>
/// <param name="Id">Made before the first try and kept over all tries.</param>
/// <param name="Execution">The execution it belongs to; <c>null</c> for entries of the thread itself.</param>
/// <param name="Body">UTF-8 JSON at most <see cref="MaxBodyBytes"/>. The store keeps it byte by byte.</param>
public readonly record struct EncodedEntry(Guid Id, ExecutionId? Execution, ReadOnlyMemory<byte> Body)
{
    /// <summary>64 KiB: what is larger goes into a blob first.</summary>
    public const int MaxBodyBytes = 64 * 1024;
}
