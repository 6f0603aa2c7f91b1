using System.Buffers.Text;
using System.Diagnostics;
using Actant.Benchmarks.Http;

namespace Actant.Benchmarks.Vendors;

/// <summary>Reads a stream of events and notes how old each token is when it arrives.</summary>
/// <param name="ages">Where the ages go.</param>
/// <param name="mark">Only lines that hold this have tokens that are news.</param>
/// <param name="from">Tokens that were sent before are left out.</param>
internal sealed class TokenReader(LatencyHistogram ages, byte[] mark, long from)
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            await using var stream = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
            var kept = 0;
            while (await stream.ReadAsync(_buffer.AsMemory(kept), cancellationToken) is > 0 and var read)
            {
                var now = Stopwatch.GetTimestamp();
                var filled = _buffer.AsSpan(0, kept + read);
                var used = Note(filled, now);

                // The last event repeats the whole answer: no token stands in a line of that length.
                used = used == 0 && filled.Length == _buffer.Length ? filled.Length : used;
                filled[used..].CopyTo(_buffer);
                kept = filled.Length - used;
            }
        }
    }

    private int Note(ReadOnlySpan<byte> text, long now)
    {
        var used = 0;
        while (text[used..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = text.Slice(used, length);
            used += length + 1;
            if (line.IndexOf(mark) >= 0 && line.IndexOf(VendorAnswer.Begin) is >= 0 and var begin
                && Utf8Parser.TryParse(line[(begin + 1)..], out long sent, out var digits) && line[begin + 1 + digits] == VendorAnswer.End && sent >= from)
            {
                ages.Add(Stopwatch.GetElapsedTime(sent, now));
            }
        }

        return used;
    }
}
