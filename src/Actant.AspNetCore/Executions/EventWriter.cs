using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>Writes one stream as Server-Sent Events: id, name, one line of JSON. Each is sent at once.</summary>
internal sealed class EventWriter(PipeWriter output, string thread)
{
    private readonly ArrayBufferWriter<byte> _data = new(1024);

    public ValueTask<FlushResult> WriteAsync(StreamEvent item, CancellationToken cancellationToken)
    {
        _data.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_data, EventJson.Options))
        {
            EventJson.WriteData(json, item, thread);
        }

        output.Write(Encoding.UTF8.GetBytes($"id: {item.Id}\nevent: {EventJson.NameOf(item)}\ndata: "));
        output.Write(_data.WrittenSpan);
        output.Write("\n\n"u8);
        return output.FlushAsync(cancellationToken);
    }

    /// <summary>A comment: tells proxies and readers that the stream lives.</summary>
    public ValueTask<FlushResult> BeatAsync(CancellationToken cancellationToken)
    {
        output.Write(": still here\n\n"u8);
        return output.FlushAsync(cancellationToken);
    }
}
