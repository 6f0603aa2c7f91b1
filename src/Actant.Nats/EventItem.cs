using System.Buffers;
using System.Text;
using System.Text.Json;
using Actant.Api;
using Actant.Events;

namespace Actant.Nats;

/// <summary>An event that waits to be published.</summary>
/// <param name="thread">Its thread.</param>
/// <param name="first">The event, or the first of several pieces of an answer.</param>
internal sealed class EventItem(ThreadKey thread, StreamEvent first)
{
    private readonly string _kind = EventJson.NameOf(first);
    private readonly ExecutionId? _execution = ExecutionOf(first);
    private readonly AnswerDelta? _delta = (first as StreamEvent.DeltaPublished)?.Delta;

    // An entry may be held by nobody else any more, and how much it holds shows only its text.
    private readonly byte[]? _data = first is StreamEvent.DeltaPublished ? null : DataOf(first, thread.Thread);
    private EventId _id = first.Id;
    private StringBuilder? _text;

    public ThreadKey Thread { get; } = thread;

    /// <summary>What it holds besides itself, in bytes.</summary>
    public long Size => _data?.Length ?? (2L * (_text?.Length ?? _delta!.Text.Length));

    /// <summary>What it is charged with.</summary>
    public long Charge { get; set; }

    /// <summary>Whether a piece is what follows in the same attempt of the same answer.</summary>
    public bool IsFollowedBy(AnswerDelta next) =>
        _delta is { } delta && delta.MessageId == next.MessageId && delta.Attempt == next.Attempt && delta.Epoch == next.Epoch && delta.Execution == next.Execution
            && delta.Offset + (_text?.Length ?? delta.Text.Length) == next.Offset;

    /// <summary>Adds what follows: one event from now on, at the place of the last piece.</summary>
    public void Append(EventId id, AnswerDelta next)
    {
        _text ??= new StringBuilder(_delta!.Text);
        _text.Append(next.Text);
        _id = id;
    }

    /// <summary>Where it is published.</summary>
    public string Subject(string prefix) => EventSubjects.Of(prefix, Thread, _kind);

    /// <summary>The message.</summary>
    /// <param name="most">The most bytes of one; of an event that is larger only what it was and where it can be read.</param>
    public ReadOnlyMemory<byte> Body(int most)
    {
        var data = _data ?? DataOf(new StreamEvent.DeltaPublished(_id, _text is null ? _delta! : _delta! with { Text = _text.ToString() }), Thread.Thread);
        var body = Write(json => json.WriteRawValue(data, skipInputValidation: true));
        return body.Length <= most ? body : Write(json =>
        {
            json.WriteStartObject();
            if (_execution is { } execution)
            {
                json.WriteString("execution_id", execution.Value);
            }

            json.WriteString("thread_id", Thread.Thread);
            json.WriteBoolean("too_large", true);
            json.WriteEndObject();
        });
    }

    private static ExecutionId? ExecutionOf(StreamEvent item) => item switch
    {
        StreamEvent.Stored stored => stored.Entry.Execution,
        StreamEvent.DeltaPublished published => published.Delta.Execution,
        StreamEvent.AnswerRestarted restarted => restarted.Delta.Execution,
        _ => null,
    };

    private static byte[] DataOf(StreamEvent item, string thread)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, EventJson.Options))
        {
            EventJson.WriteData(json, item, thread);
        }

        return bytes.WrittenSpan.ToArray();
    }

    private ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, EventJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("id", _id.ToString());
            json.WriteString("event", _kind);
            json.WritePropertyName("data");
            data(json);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }
}
