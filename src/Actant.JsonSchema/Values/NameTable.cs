using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Names to indexes, looked up by the raw UTF-8 of an instance without making a string. Few names are scanned; many are
/// hashed with the process's random seed, so that names cannot be chosen to collide.
/// </summary>
internal sealed class NameTable
{
    private const int ScanLimit = 8;
    private const int StackLimit = 256;

    private readonly byte[][] _names;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _hashed;

    public NameTable(IEnumerable<string> names)
        : this([.. names.Select(Encoding.UTF8.GetBytes)])
    {
    }

    private NameTable(byte[][] names)
    {
        _names = names;
        if (_names.Length > ScanLimit)
        {
            var map = new Dictionary<byte[], int>(Comparer.Instance);
            for (var i = 0; i < _names.Length; i++)
            {
                map.TryAdd(_names[i], i);
            }

            _hashed = map.GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    public int Count => _names.Length;

    public string this[int index] => Encoding.UTF8.GetString(_names[index]);

    public static NameTable OfStrings(IEnumerable<JsonElement> values) =>
        new([.. values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => JsonText.Unescaped(JsonText.Raw(value)))]);

    public string Describe() => JsonDescription.List(_names.Select(name => $"`{JsonDescription.Shorten(Encoding.UTF8.GetString(name))}`"));

    /// <returns>The index of the name, or -1.</returns>
    public int Find(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
        {
            return FindUnescaped(raw);
        }

        byte[]? rented = null;
        var buffer = raw.Length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(raw.Length));
        var index = FindUnescaped(buffer[..JsonText.Unescape(raw, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return index;
    }

    private int FindUnescaped(ReadOnlySpan<byte> name)
    {
        if (_names.Length > ScanLimit)
        {
            return _hashed.TryGetValue(name, out var found) ? found : -1;
        }

        for (var i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
