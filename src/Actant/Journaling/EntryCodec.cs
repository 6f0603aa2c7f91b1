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
    /// <para>3: nodes wait for times: <c>node_started</c> may have no deadline. Executions have children, which are cancelled with them.</para>
    /// </remarks>
    public const int Format = 3;

    private static readonly JsonElement s_nothing = JsonElement.Parse("{}");

    private const int LargestKeptBuffer = 2 * EncodedEntry.MaxBodyBytes;

    // What is larger by far need not be written to see that it fits no entry.
    private const int LargestTried = 4 * EncodedEntry.MaxBodyBytes;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    // Words of the format, not names of classes: a class may be renamed.
    private static readonly FrozenDictionary<string, JsonTypeInfo> Kinds = new Dictionary<string, JsonTypeInfo>(StringComparer.Ordinal)
    {
        ["taken"] = JournalJson.Default.Taken,
        ["input_received"] = JournalJson.Default.InputReceived,
        ["execution_started"] = JournalJson.Default.ExecutionStarted,
        ["model_answered"] = JournalJson.Default.ModelAnswered,
        ["tool_started"] = JournalJson.Default.ToolStarted,
        ["tool_finished"] = JournalJson.Default.ToolFinished,
        ["attempt_failed"] = JournalJson.Default.AttemptFailed,
        ["node_finished"] = JournalJson.Default.NodeFinished,
        ["interrupted"] = JournalJson.Default.Interrupted,
        ["resumed"] = JournalJson.Default.Resumed,
        ["state_updated"] = JournalJson.Default.StateUpdated,
        ["execution_completed"] = JournalJson.Default.ExecutionCompleted,
        ["execution_failed"] = JournalJson.Default.ExecutionFailed,
        ["execution_cancelled"] = JournalJson.Default.ExecutionCancelled,
        ["execution_timed_out"] = JournalJson.Default.ExecutionTimedOut,
        ["rewound"] = JournalJson.Default.Rewound,
        ["forked"] = JournalJson.Default.Forked,
        ["child_started"] = JournalJson.Default.ChildStarted,
        ["child_ended"] = JournalJson.Default.ChildEnded,
        ["erased"] = JournalJson.Default.Erased,
        ["node_started"] = JournalJson.Default.NodeStarted,
        ["scope_closing"] = JournalJson.Default.ScopeClosing,
        ["call_reported"] = JournalJson.Default.CallReported,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // What is stored keeps the offset that times came with; what is shown has them in UTC. Most kinds hold none.
    private static readonly FrozenDictionary<string, JsonTypeInfo> s_shown = Shown(new JsonSerializerOptions(JournalJson.Default.Options) { Converters = { new UtcTimeConverter() } });

    /// <summary>Every kind with what it says.</summary>
    internal static IReadOnlyDictionary<string, JsonTypeInfo> Payloads => Kinds;

    /// <summary>The body of every <c>Taken</c> entry of this moment.</summary>
    internal static byte[] Taken(DateTimeOffset at) =>
        Encode(new Entry { Id = Guid.Empty, At = at, Payload = new Taken() }).Entry.Body.ToArray();

    /// <summary>Writes an entry. A payload that does not fit an entry is given back as a blob, to be stored first.</summary>
    internal static EncodedBatchItem Encode(Entry entry)
    {
        var type = Kinds[entry.Payload.Kind];
        var weight = EntryWeight.Of(entry.Payload);
        if (weight <= LargestTried)
        {
            var body = Body(entry, type);
            if (body.Length <= EncodedEntry.MaxBodyBytes)
            {
                return new EncodedBatchItem(new EncodedEntry(entry.Id, entry.Execution, body), null);
            }
        }

        var payload = Whole(entry.Payload, type, weight);
        var hash = BlobHash.Of(payload.Span);
        return new EncodedBatchItem(new EncodedEntry(entry.Id, entry.Execution, Body(entry, type, hash)), new Blob(hash, payload));
    }

    /// <summary>Writes what an entry says as one JSON value, as streams and histories show it.</summary>
    internal static void WritePayload(Utf8JsonWriter writer, EntryPayload payload)
    {
        switch (payload)
        {
            case UnknownPayload { Fault: { } fault }:
                writer.WriteStartObject();
                writer.WriteString("unreadable"u8, fault);
                writer.WriteEndObject();
                break;
            case UnknownPayload unknown:
                unknown.Content.WriteTo(writer);
                break;
            default:
                JsonSerializer.Serialize(writer, payload, s_shown[payload.Kind]);
                break;
        }
    }

    private static FrozenDictionary<string, JsonTypeInfo> Shown(JsonSerializerOptions utc) => Kinds.ToFrozenDictionary(
        static kind => kind.Key,
        kind => kind.Value.Properties.Any(static field => (Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType) == typeof(DateTimeOffset)) ? utc.GetTypeInfo(kind.Value.Type) : kind.Value,
        StringComparer.Ordinal);

    /// <summary>
    /// The blob that holds an entry's payload, or <c>null</c> when the entry holds it itself. Only the envelope is looked at, however
    /// long it is and whatever the payload says.
    /// </summary>
    internal static BlobHash? BlobOf(StoredEntry stored) => TextOf(stored, "blob"u8) is { } hash ? new BlobHash(hash) : null;

    /// <summary>The kind of an entry, without reading what it says; <c>null</c> if it cannot be read.</summary>
    internal static string? KindOf(StoredEntry stored) => TextOf(stored, "kind"u8);

    /// <summary>A text of the envelope, which stands before the payload.</summary>
    private static string? TextOf(StoredEntry stored, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(stored.Body.Span, new JsonReaderOptions { MaxDepth = JsonLimits.DecodeDepth });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !reader.ValueTextEquals("payload"u8))
            {
                var isIt = reader.ValueTextEquals(name);
                reader.Read();
                if (isIt)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }

            return null;
        }
        catch (Exception exception) when (IsOfContent(exception))
        {
            // Reading the entry says what is wrong with it.
            return null;
        }
    }

    /// <summary>
    /// Reads an entry. One of a newer format, and one that cannot be read, has an <see cref="UnknownPayload"/>: who shows a journal goes on,
    /// who folds it does not.
    /// </summary>
    /// <param name="stored">What the store gave.</param>
    /// <param name="blob">The content of <see cref="BlobOf"/>, where there is one.</param>
    public static Entry Decode(StoredEntry stored, ReadOnlyMemory<byte>? blob = null)
    {
        try
        {
            using var document = JsonDocument.Parse(stored.Body, JsonLimits.Decoding);
            var body = document.RootElement;
            var kind = body.GetProperty("kind"u8).GetString() ?? throw new JsonException("It names no kind.");
            var format = body.TryGetProperty("v"u8, out var version) ? version.GetInt32() : 1;
            return new Entry
            {
                Id = stored.Id,
                Position = stored.Position,
                Execution = stored.Execution,
                Epoch = stored.Epoch,
                Path = body.TryGetProperty("path"u8, out var path) ? path.GetString()! : "",
                Activation = body.TryGetProperty("activation"u8, out var activation) ? activation.GetString() : null,
                Attempt = body.TryGetProperty("attempt"u8, out var attempt) ? attempt.GetInt32() : 1,
                At = DateTimeOffset.FromUnixTimeMilliseconds(body.GetProperty("at"u8).GetInt64()),
                Format = format,
                Payload = format > Format ? Newer(kind, body, blob)
                    : blob is { } content ? DecodePayload(kind, content)
                    : DecodePayload(kind, body.GetProperty("payload"u8)),
            };
        }
        catch (Exception exception) when (IsOfContent(exception))
        {
            return Unreadable(stored, exception is KeyNotFoundException ? "a field that every entry has is missing." : exception.Message);
        }
    }

    /// <summary>An entry that cannot be read, with as much of it as can be.</summary>
    internal static Entry Unreadable(StoredEntry stored, string fault)
    {
        var (kind, at) = ("unreadable", DateTimeOffset.UnixEpoch);
        try
        {
            using var document = JsonDocument.Parse(stored.Body, JsonLimits.Decoding);
            if (document.RootElement.TryGetProperty("kind"u8, out var name) && name.GetString() is { } known && Kinds.ContainsKey(known))
            {
                kind = known;
            }

            at = DateTimeOffset.FromUnixTimeMilliseconds(document.RootElement.GetProperty("at"u8).GetInt64());
        }
        catch (Exception exception) when (IsOfContent(exception))
        {
            // The kind is what there is.
        }

        return new Entry
        {
            Id = stored.Id,
            Position = stored.Position,
            Execution = stored.Execution,
            Epoch = stored.Epoch,
            At = at,
            Payload = new UnknownPayload(kind, s_nothing) { Fault = fault },
        };
    }

    /// <summary>What reading throws over content that is not as it should be.</summary>
    private static bool IsOfContent(Exception exception) =>
        exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or NotSupportedException or OverflowException;

    private static UnknownPayload Newer(string kind, JsonElement body, ReadOnlyMemory<byte>? blob)
    {
        if (blob is { } content)
        {
            using var document = JsonDocument.Parse(content, JsonLimits.Decoding);
            return new UnknownPayload(kind, document.RootElement.Clone());
        }

        return new UnknownPayload(kind, body.TryGetProperty("payload"u8, out var payload) ? payload.Clone() : s_nothing);
    }

    private static EntryPayload DecodePayload(string kind, ReadOnlyMemory<byte> blob)
    {
        using var document = JsonDocument.Parse(blob, JsonLimits.Decoding);
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

    /// <summary>Into a buffer of about the right size: grown by doubling, a large one leaves several times as much behind.</summary>
    private static ReadOnlyMemory<byte> Whole(EntryPayload payload, JsonTypeInfo type, long weight)
    {
        if (weight <= LargestTried)
        {
            return JsonSerializer.SerializeToUtf8Bytes(payload, type);
        }

        var bytes = new MemoryStream((int)Math.Min(weight + (weight / 64) + LargestKeptBuffer, StorageLimits.MaxContentBytes * 2L));
        JsonSerializer.Serialize(bytes, payload, type);
        LargeValues.Made(bytes.Length);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
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
