using System.Buffers.Binary;
using Actant.Storage;

namespace Actant.Postgres;

/// <summary>
/// The entries of one append as one value, as a row of <c>journal</c> has them: a header of 36 bytes for each (id, execution or zeros,
/// length of the body; the most significant byte first), then the bodies. <c>actant_pack</c> writes the same.
/// </summary>
internal static class EntryPack
{
    public const int HeaderBytes = 36;

    private const int IdBytes = 16;

    public static byte[] Write(IReadOnlyList<EncodedEntry> entries)
    {
        var bodies = entries.Count * HeaderBytes;
        var length = bodies;
        for (var i = 0; i < entries.Count; i++)
            length += entries[i].Body.Length;

        var pack = new byte[length];
        for (var i = 0; i < entries.Count; i++)
        {
            var (id, execution, body) = entries[i];
            var header = pack.AsSpan(i * HeaderBytes, HeaderBytes);
            id.TryWriteBytes(header, bigEndian: true, out _);
            execution?.Value.TryWriteBytes(header[IdBytes..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt32BigEndian(header[(2 * IdBytes)..], body.Length);
            body.Span.CopyTo(pack.AsSpan(bodies));
            bodies += body.Length;
        }

        return pack;
    }

    /// <summary>Adds the entries from a position to before another.</summary>
    public static void Read(byte[] pack, int count, long position, long epoch, long from, long before, List<StoredEntry> entries)
    {
        var body = count * HeaderBytes;
        for (var i = 0; i < count && position + i < before; i++)
        {
            var header = pack.AsSpan(i * HeaderBytes, HeaderBytes);
            var length = BinaryPrimitives.ReadInt32BigEndian(header[(2 * IdBytes)..]);
            if (length < 0 || length > pack.Length - body)
            {
                // Damaged: an entry without a body, which whoever reads it finds unreadable, as are those behind it.
                (length, body) = (0, pack.Length);
            }

            if (position + i >= from)
            {
                var execution = new Guid(header[IdBytes..(2 * IdBytes)], bigEndian: true);
                entries.Add(new StoredEntry(
                    position + i,
                    new Guid(header[..IdBytes], bigEndian: true),
                    execution == Guid.Empty ? null : new ExecutionId(execution),
                    epoch,
                    pack.AsMemory(body, length)));
            }

            body += length;
        }
    }

    /// <summary>The same entries with other bodies, by their place in the pack.</summary>
    public static byte[] Replace(byte[] pack, int count, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> bodies)
    {
        var entries = new List<StoredEntry>();
        Read(pack, count, 0, 0, 0, count, entries);
        return Write(entries.ConvertAll(entry => new EncodedEntry(entry.Id, entry.Execution, bodies.GetValueOrDefault((int)entry.Position, entry.Body))));
    }

    /// <summary>The first entries of a pack as a pack.</summary>
    public static byte[] Cut(byte[] pack, int count, int first)
    {
        if (first >= count)
            return pack;
        var bodies = 0;
        for (var i = 0; i < first; i++)
            bodies += BinaryPrimitives.ReadInt32BigEndian(pack.AsSpan((i * HeaderBytes) + (2 * IdBytes)));
        return [.. pack.AsSpan(0, first * HeaderBytes), .. pack.AsSpan(count * HeaderBytes, bodies)];
    }
}
