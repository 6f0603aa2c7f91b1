using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Actant;

/// <summary>Makes every id of the house, so that tests can make them repeatable.</summary>
public class IdGenerator(TimeProvider time)
{
    private const int RandomBytes = 10;

    // What the system gives for one call: an execution makes ten ids, and a call for each of them cost a twentieth of it.
    [ThreadStatic]
    private static byte[]? s_random;

    [ThreadStatic]
    private static int s_left;

    /// <summary>Time-ordered ids from the given clock.</summary>
    public static IdGenerator System { get; } = new(TimeProvider.System);

    /// <summary>A new UUIDv7: milliseconds of the clock, and 74 bits of the system's cryptographic source.</summary>
    public virtual Guid Next()
    {
        Span<byte> id = stackalloc byte[6 + RandomBytes];
        BinaryPrimitives.WriteInt64BigEndian(id, time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        TakeRandom(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new Guid(id, bigEndian: true);
    }

    private static void TakeRandom(Span<byte> bytes)
    {
        var random = s_random ??= new byte[100 * RandomBytes];
        if (s_left == 0)
        {
            RandomNumberGenerator.Fill(random);
            s_left = random.Length;
        }

        s_left -= bytes.Length;
        random.AsSpan(s_left, bytes.Length).CopyTo(bytes);
    }
}
