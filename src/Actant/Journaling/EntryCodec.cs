using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actant.Storage;

namespace Actant.Journaling;

/// <summary>
/// Entries as bytes. The envelope's position, id, execution and epoch are the store's columns; the body holds
/// <c>v, kind, path, activation, attempt, at</c> and the payload, or the hash of the blob that holds the payload.
/// </summary>
public static class EntryCodec
{
    /// <summary>The format that this release writes, and the newest that it reads.</summary>
    /// <remarks>
    /// <para>1: the first. The id of a call is the one that its vendor gave; <c>call</c> for a tool node.</para>
    /// <para>2: the id of a call is ours (<see cref="CallIds"/>); the vendor's is <c>vendor_id</c> of the demand.</para>
    /// </remarks>
    public const int Format = 2;

    private const int LargestKeptBuffer = 2 * EncodedEntry.MaxBodyBytes;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    private static readonly FrozenDictionary<string, JsonTypeInfo> Kinds = new JsonTypeInfo[]
    {
        JournalJson.Default.Taken, JournalJson.Default.InputReceived, JournalJson.Default.ExecutionStarted, JournalJson.Default.ModelAnswered,
        JournalJson.Default.ToolStarted, JournalJson.Default.ToolFinished, JournalJson.Default.AttemptFailed, JournalJson.Default.NodeFinished,
        JournalJson.Default.Interrupted, JournalJson.Default.Resumed, JournalJson.Default.StateUpdated, JournalJson.Default.ExecutionCompleted,
        JournalJson.Default.ExecutionFailed, JournalJson.Default.ExecutionCancelled, JournalJson.Default.ExecutionTimedOut,
        JournalJson.Default.Rewound, JournalJson.Default.Forked, JournalJson.Default.ChildStarted, JournalJson.Default.ChildEnded,
        JournalJson.Default.Erased, JournalJson.Default.NodeStarted, JournalJson.Default.ScopeClosing,
    }.ToFrozenDictionary(info => JsonNamingPolicy.SnakeCaseLower.ConvertName(info.Type.Name), StringComparer.Ordinal);

    /// <summary>The body of every <c>Taken</c> entry of this moment.</summary>
    public static byte[] Taken(DateTimeOffset at) =>
        Encode(new Entry { Id = Guid.Empty, At = at, Payload = new Taken() }).Entry.Body.ToArray();

    /// <summary>Writes an entry. A payload that does not fit an entry is given back as a blob, to be stored first.</summary>
    public static EncodedBatchItem Encode(Entry entry)
    {
        var type = Kinds[entry.Payload.Kind];
        var body = Body(entry, type);
        if (body.Length <= EncodedEntry.MaxBodyBytes)
        {
            return new EncodedBatchItem(new EncodedEntry(entry.Id, entry.Execution, body), null);
        }

        var payload = JsonSerializer.SerializeToUtf8Bytes(entry.Payload, type);
        var hash = BlobHash.Of(payload);
        return new EncodedBatchItem(new EncodedEntry(entry.Id, entry.Execution, Body(entry, type, hash)), new Blob(hash, payload));
    }

    /// <summary>Writes what an entry says as one JSON value, as streams and histories show it.</summary>
    public static void WritePayload(Utf8JsonWriter writer, EntryPayload payload)
    {
        if (payload is UnknownPayload unknown)
        {
            unknown.Content.WriteTo(writer);
        }
        else
        {
            JsonSerializer.Serialize(writer, payload, Kinds[payload.Kind]);
        }
    }

    /// <summary>A cheap look that never misses a blob: an entry without one need not be parsed twice.</summary>
    public static bool MayHaveBlob(StoredEntry stored) => stored.Body.Length < 1024 && stored.Body.Span.IndexOf("\"blob\":"u8) >= 0;

    /// <summary>The blob that holds an entry's payload, or <c>null</c> when the entry holds it itself.</summary>
    public static BlobHash? BlobOf(StoredEntry stored)
    {
        using var body = JsonDocument.Parse(stored.Body);
        return body.RootElement.TryGetProperty("blob"u8, out var hash) ? new BlobHash(hash.GetString()!) : null;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="stored">What the store gave.</param>
    /// <param name="blob">The content of <see cref="BlobOf"/>, where there is one.</param>
    public static Entry Decode(StoredEntry stored, ReadOnlyMemory<byte>? blob = null)
    {
        using var document = JsonDocument.Parse(stored.Body);
        var body = document.RootElement;
        var kind = body.GetProperty("kind"u8).GetString()!;
        return new Entry
        {
            Format = body.TryGetProperty("v"u8, out var format) ? format.GetInt32() : 1,
            Id = stored.Id,
            Position = stored.Position,
            Execution = stored.Execution,
            Epoch = stored.Epoch,
            Path = body.TryGetProperty("path"u8, out var path) ? path.GetString()! : "",
            Activation = body.TryGetProperty("activation"u8, out var activation) ? activation.GetString() : null,
            Attempt = body.TryGetProperty("attempt"u8, out var attempt) ? attempt.GetInt32() : 1,
            At = DateTimeOffset.FromUnixTimeMilliseconds(body.GetProperty("at"u8).GetInt64()),
            Payload = blob is { } content ? DecodePayload(kind, content) : DecodePayload(kind, body.GetProperty("payload"u8)),
        };
    }

    private static EntryPayload DecodePayload(string kind, ReadOnlyMemory<byte> blob)
    {
        using var document = JsonDocument.Parse(blob);
        return DecodePayload(kind, document.RootElement);
    }

    private static EntryPayload DecodePayload(string kind, JsonElement payload)
    {
        if (payload.TryGetProperty("erased"u8, out _))
        {
            return new Erased();
        }

        return Kinds.TryGetValue(kind, out var type)
            ? (EntryPayload)payload.Deserialize(type)!
            : new UnknownPayload(kind, payload.Clone());
    }

    /// <summary>Written into this thread's buffer and copied: entries are encoded all the time, and a new buffer grows several times.</summary>
    private static byte[] Body(Entry entry, JsonTypeInfo payload, BlobHash? blob = null)
    {
        var buffer = s_buffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = s_writer ??= new Utf8JsonWriter(buffer);
        try
        {
            Write(writer, entry, payload, blob);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
            if (buffer.Capacity > LargestKeptBuffer)
            {
                (s_buffer, s_writer) = (null, null);
            }
        }
    }

    private static void Write(Utf8JsonWriter writer, Entry entry, JsonTypeInfo payload, BlobHash? blob)
    {
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, entry.Format);
        writer.WriteString("kind"u8, entry.Payload.Kind);
        if (entry.Path.Length > 0)
        {
            writer.WriteString("path"u8, entry.Path);
        }

        if (entry.Activation is not null)
        {
            writer.WriteString("activation"u8, entry.Activation);
        }

        if (entry.Attempt != 1)
        {
            writer.WriteNumber("attempt"u8, entry.Attempt);
        }

        writer.WriteNumber("at"u8, entry.At.ToUnixTimeMilliseconds());
        if (blob is { } hash)
        {
            writer.WriteString("blob"u8, hash.Value);
        }
        else
        {
            writer.WritePropertyName("payload"u8);
            JsonSerializer.Serialize(writer, entry.Payload, payload);
        }

        writer.WriteEndObject();
    }
}
