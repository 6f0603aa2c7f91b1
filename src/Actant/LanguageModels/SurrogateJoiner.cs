using System.Buffers;
using System.Globalization;

namespace Actant.LanguageModels;

/// <summary>
/// Joins what a server tore apart: some cut an answer into chunks by UTF-16 units, and a character of two of them comes as <c>"\ud83d"</c>
/// in one chunk and <c>"\ude00"</c> in the next one. No reader of JSON takes either half. The first is held back and put before the second;
/// a half without another one becomes U+FFFD.
/// </summary>
internal sealed class SurrogateJoiner
{
    private const int EscapeLength = 6;
    private static readonly byte[] s_replacement = "\\ufffd"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _rest = new(2 * EscapeLength);
    private readonly byte[] _high = new byte[EscapeLength];
    private bool _hasHigh;

    /// <summary>Whether bytes that begin where the last ones ended hold nothing to look at.</summary>
    public bool IsPlain(ReadOnlySpan<byte> bytes) => _rest.WrittenCount == 0 && (bytes.IsEmpty || bytes[^1] != '\\') && bytes.IndexOf("\\u"u8) < 0;

    /// <summary>Takes more of the body; gives what can be read of it.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="isEnd">Whether nothing follows.</param>
    public void Write(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output, bool isEnd)
    {
        if (_rest.WrittenCount > 0)
        {
            _rest.Write(bytes);
            var joined = _rest.WrittenSpan.ToArray();
            _rest.ResetWrittenCount();
            bytes = joined;
        }

        while (bytes.IndexOf((byte)'\\') is var mark && mark >= 0)
        {
            output.Write(bytes[..mark]);
            bytes = bytes[mark..];
            var length = Escape(bytes, output, isEnd);
            if (length == 0)
            {
                _rest.Write(bytes);
                return;
            }

            bytes = bytes[length..];
        }

        output.Write(bytes);
    }

    /// <summary>Takes one escape; 0 where more of it must come first.</summary>
    private int Escape(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output, bool isEnd)
    {
        if (bytes.Length < 2 || (bytes[1] == 'u' && bytes.Length < EscapeLength))
        {
            return isEnd ? Copy(bytes, bytes.Length, output) : 0;
        }

        if (UnitOf(bytes) is not { } unit || !char.IsSurrogate(unit))
        {
            return Copy(bytes, UnitOf(bytes) is null ? 2 : EscapeLength, output);
        }

        if (char.IsLowSurrogate(unit))
        {
            if (_hasHigh)
            {
                output.Write(_high);
                _hasHigh = false;
                return Copy(bytes, EscapeLength, output);
            }

            output.Write(s_replacement);
            return EscapeLength;
        }

        var next = bytes[EscapeLength..];
        if (!isEnd && (next.IsEmpty || (next[0] == '\\' && (next.Length < 2 || (next[1] == 'u' && next.Length < EscapeLength)))))
        {
            return 0;
        }

        if (UnitOf(next) is { } low && char.IsLowSurrogate(low))
        {
            return Copy(bytes, 2 * EscapeLength, output);
        }

        Hold(bytes[..EscapeLength], isAtTheEnd: next.Length > 0 && next[0] == '"', output);
        return EscapeLength;
    }

    /// <summary>Only the last character of a text can go on in another chunk.</summary>
    private void Hold(ReadOnlySpan<byte> high, bool isAtTheEnd, IBufferWriter<byte> output)
    {
        if (!isAtTheEnd || _hasHigh)
        {
            output.Write(s_replacement);
        }

        if (isAtTheEnd)
        {
            high.CopyTo(_high);
            _hasHigh = true;
        }
    }

    private static int Copy(ReadOnlySpan<byte> bytes, int length, IBufferWriter<byte> output)
    {
        output.Write(bytes[..length]);
        return length;
    }

    private static char? UnitOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= EscapeLength && bytes[0] == '\\' && bytes[1] == 'u'
        && ushort.TryParse(bytes[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;
}
