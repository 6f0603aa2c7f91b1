using System.Buffers.Binary;

namespace Actant.Testing;

/// <summary>Ids 1, 2, 3 … in the form of UUIDs: the same in every run, and sorted by creation.</summary>
public sealed class SequentialIdGenerator(int series = 0) : IdGenerator(TimeProvider.System)
{
    private long _last;

    /// <inheritdoc />
    public override Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        // Not in the first bytes: ids of questions leave those out.
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], series);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref _last));
        return new Guid(bytes, bigEndian: true);
    }
}
