using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>Writes one stream as Server-Sent Events: id, name, one line of JSON.</summary>
internal sealed class EventWriter(PipeWriter output, string thread) : IDisposable
{
    private const int MostUnsent = 16 * 1024;
    private const int LongestHead = 64;

    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, EventJson.Options);
    private int _unsent;

    /// <summary>Whether so much is written that it must be sent before more is.</summary>
    public bool IsFull => _unsent >= MostUnsent;

    /// <summary>Writes an event; <see cref="FlushAsync"/> sends it.</summary>
    public void Write(StreamEvent item)
    {
        _data.ResetWrittenCount();
        _json.Reset(_data);
        EventJson.WriteData(_json, item, thread);
        _json.Flush();

        var (id, name) = (item.Id, EventJson.NameOf(item));
        Utf8.TryWrite(
            output.GetSpan(LongestHead + (3 * name.Length)),
            CultureInfo.InvariantCulture,
            $"id: {id.Position}-{id.Number}\nevent: {name}\ndata: ",
            out var head);
        output.Advance(head);
        output.Write(_data.WrittenSpan);
        output.Write("\n\n"u8);
        _unsent += head + _data.WrittenCount;
    }

    /// <summary>Sends what is written.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        _unsent = 0;
        return output.FlushAsync(cancellationToken);
    }

    /// <summary>A comment: tells proxies and readers that the stream lives.</summary>
    public ValueTask<FlushResult> BeatAsync(CancellationToken cancellationToken)
    {
        output.Write(": still here\n\n"u8);
        return FlushAsync(cancellationToken);
    }

    public void Dispose() => _json.Dispose();
}
