using System.Buffers;
using System.Text;

namespace Actant.Schemas;

/// <summary>A JSON string as UTF-16 for the time of one check, in the caller's stack space where it fits, else rented.</summary>
internal ref struct DecodedText
{
    public const int ScratchLength = 256;

    private char[]? _rented;

    public DecodedText(scoped ReadOnlySpan<byte> raw, Span<char> scratch)
    {
        var target = raw.Length <= scratch.Length ? scratch : (_rented = ArrayPool<char>.Shared.Rent(raw.Length));
        var unescaped = raw.Contains((byte)'\\') ? JsonText.Unescaped(raw) : raw;
        Chars = target[..Encoding.UTF8.GetChars(unescaped, target)];
    }

    public ReadOnlySpan<char> Chars { get; }

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
