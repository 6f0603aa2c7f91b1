using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Unicode;
using Actant.Api;
using Actant.Events;

namespace Actant.AspNetCore.Executions;

/// <summary>Writes one stream as Server-Sent Events: id, name, one line of JSON.</summary>
/// <param name="output">Where to.</param>
/// <param name="thread">Whose events.</param>
/// <param name="patience">How long the reader may take nothing.</param>
/// <param name="time">For that.</param>
internal sealed class EventWriter(PipeWriter output, string thread, TimeSpan patience, TimeProvider time) : IDisposable
{
    private const int LongestHead = 64;

    private readonly EventData _data = new(thread);
    private int _unsent;

    /// <summary>Whether so much is written that it must be sent before more is.</summary>
    public bool IsFull => _unsent >= EventData.ChunkBytes;

    /// <summary>Writes an event, and sends all but the last chunk of it; <see cref="FlushAsync"/> sends that.</summary>
    /// <returns><c>false</c> if nobody listens any more.</returns>
    /// <exception cref="TimeoutException">The reader takes nothing.</exception>
    public async ValueTask<bool> WriteAsync(StreamEvent item, CancellationToken cancellationToken)
    {
        WriteHead(item);
        var rest = _data.Of(item);
        while (rest.Length > EventData.ChunkBytes)
        {
            output.Write(rest.Span[..EventData.ChunkBytes]);
            rest = rest[EventData.ChunkBytes..];
            if ((await FlushAsync(cancellationToken)).IsCompleted)
            {
                return false;
            }
        }

        output.Write(rest.Span);
        output.Write("\n\n"u8);
        _unsent += rest.Length;
        return true;
    }

    /// <summary>Sends what is written.</summary>
    /// <exception cref="TimeoutException">The reader takes nothing.</exception>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        _unsent = 0;
        var flush = output.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : new(flush.AsTask().WaitAsync(patience, time, cancellationToken));
    }

    /// <summary>A comment: tells proxies and readers that the stream lives.</summary>
    public ValueTask<FlushResult> BeatAsync(CancellationToken cancellationToken)
    {
        output.Write(": still here\n\n"u8);
        return FlushAsync(cancellationToken);
    }

    public void Dispose() => _data.Dispose();

    private void WriteHead(StreamEvent item)
    {
        var (id, name) = (item.Id, EventJson.NameOf(item));
        Utf8.TryWrite(
            output.GetSpan(LongestHead + (3 * name.Length)),
            CultureInfo.InvariantCulture,
            $"id: {id.Position}-{id.Number}{(id.IsPartial ? "~" : "")}\nevent: {name}\ndata: ",
            out var head);
        output.Advance(head);
        _unsent += head;
    }
}
