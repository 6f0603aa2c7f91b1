using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Journaling;

/// <summary>Entries as they should not be: long, deep, of a newer release, corrupt.</summary>
[Trait("Row", "X6")]
public sealed class EntryCodecTests
{
    private const int Newer = EntryCodec.Format + 1;

    /// <summary>Streams and histories write all times in one form, whatever offset is stored.</summary>
    [Fact]
    public void WritePayload_Times_AreInUtc()
    {
        var east = new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.FromHours(2));
        EntryPayload[] payloads =
        [
            new AttemptFailed { CallId = "c", Failure = new Failure { Code = "x", Message = "y" }, RetryAt = east },
            new NodeStarted { Deadline = east, WakeAt = east },
        ];

        foreach (var payload in payloads)
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                EntryCodec.WritePayload(writer, payload);
            }

            var text = System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
            Assert.Contains("2026-01-01T00:00:00Z", text, StringComparison.Ordinal);
            Assert.DoesNotContain("02:00", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    [InlineData(40_000)]
    public void BlobOf_LongPath_IsFound(int length)
    {
        var entry = new Entry
        {
            Id = Guid.NewGuid(),
            At = EntrySamples.At,
            Path = new string('p', length),
            Activation = new string('a', length / 10),
            Payload = new Resumed { InterruptId = "i", Answer = Text(new string('x', EncodedEntry.MaxBodyBytes)) },
        };

        var (encoded, blob) = EntryCodec.Encode(entry);

        Assert.Equal(blob!.Hash, EntryCodec.BlobOf(Stored(encoded.Body)));
        Assert.IsType<Resumed>(EntryCodec.Decode(Stored(encoded.Body), blob.Content).Payload);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(300_000)]
    [InlineData(5_000_000)]
    public void Encode_LargeValue_IsTheSameBlobHoweverItIsWritten(int length)
    {
        var payload = new Resumed { InterruptId = "q", Answer = JsonElement.Parse($"\"{new string('é', length / 2)}\"") };

        var (encoded, blob) = EntryCodec.Encode(new Entry { Id = Guid.Empty, At = DateTimeOffset.UnixEpoch, Payload = payload });

        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(payload, EntryCodec.Payloads["resumed"]), blob!.Content.ToArray());
        Assert.Equal(BlobHash.Of(blob.Content.Span), EntryCodec.BlobOf(Stored(encoded.Body)));
        Assert.Equal(payload.Answer.GetString(), Assert.IsType<Resumed>(EntryCodec.Decode(Stored(encoded.Body), blob.Content).Payload).Answer.GetString());
    }

    [Theory]
    [InlineData("\"blob\":")]
    [InlineData("{\"blob\":\"0000000000000000000000000000000000000000000000000000000000000000\"}")]
    public void BlobOf_TextThatLooksLikeOne_IsNone(string text)
    {
        var entry = new Entry
        {
            Id = Guid.NewGuid(),
            At = EntrySamples.At,
            Path = text,
            Activation = text,
            Payload = new Resumed { InterruptId = text, Answer = JsonElement.Parse("""{"blob":"00"}""") },
        };

        var stored = Stored(EntryCodec.Encode(entry).Entry.Body);

        Assert.Null(EntryCodec.BlobOf(stored));
        Assert.Equal(text, Assert.IsType<Resumed>(EntryCodec.Decode(stored).Payload).InterruptId);
    }

    [Theory]
    [InlineData("""{"operations":[{"op":"set","key":"k","value":1}]}""")]
    [InlineData("""{"operations":[{"op":"increment","key":"k","value":1}]}""")]
    [InlineData("7")]
    public void Decode_NewerFormat_IsKeptAsUnknownAndNotFolded(string payload)
    {
        var entry = EntryCodec.Decode(Stored($$"""{"v":{{Newer}},"kind":"state_updated","at":1,"payload":{{payload}}}"""));

        var unknown = Assert.IsType<UnknownPayload>(entry.Payload);
        Assert.Equal((Newer, "state_updated", null), (entry.Format, unknown.Kind, unknown.Fault));
        Assert.Equal(payload, Shown(unknown));
        Assert.Equal(Newer, Assert.Throws<NewerFormatException>(() => new JournalState().Fold(entry)).Format);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"v":1,"kind":7,"at":1,"payload":{}}""")]
    [InlineData("""{"v":1,"kind":"resumed","at":1}""")]
    [InlineData("""{"v":1,"kind":"resumed","at":1,"payload":null}""")]
    [InlineData("""{"v":1,"kind":"resumed","at":1,"payload":{"answer":1}}""")]
    [InlineData("""{"v":1e9,"kind":"resumed","at":1,"payload":{}}""")]
    [InlineData("""{"v":1,"kind":"re\nsumed","at":99999999999999999,"payload":{}}""")]
    public void Decode_NoEntry_SaysWhyAndIsNotFolded(string body)
    {
        var entry = EntryCodec.Decode(Stored(body));

        var unknown = Assert.IsType<UnknownPayload>(entry.Payload);
        Assert.NotNull(unknown.Fault);
        Assert.Matches("^[a-z_]+$", unknown.Kind);
        Assert.StartsWith("{\"unreadable\":", Shown(unknown), StringComparison.Ordinal);
        Assert.Equal(7, Assert.Throws<JournalUnreadableException>(() => new JournalState().Fold(entry)).Position);
    }

    [Fact]
    public void Decode_DeepValue_ComesBackAsItWas()
    {
        var deep = JsonElement.Parse($"{new string('[', 300)}{new string(']', 300)}", JsonLimits.Decoding);
        var entry = new Entry { Id = Guid.NewGuid(), At = EntrySamples.At, Payload = new Resumed { InterruptId = "i", Answer = deep } };

        var decoded = EntryCodec.Decode(Stored(EntryCodec.Encode(entry).Entry.Body));

        Assert.Equal(deep.GetRawText(), Assert.IsType<Resumed>(decoded.Payload).Answer.GetRawText());
    }

    private static string Shown(EntryPayload payload)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            EntryCodec.WritePayload(writer, payload);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text);

    private static StoredEntry Stored(string body) => Stored(Encoding.UTF8.GetBytes(body));

    private static StoredEntry Stored(ReadOnlyMemory<byte> body) => new(7, new Guid("00000000-0000-0000-0000-000000000001"), null, 4, body);

    [Theory]
    [InlineData("", "[{\"type\":\"text\",\"text\":\"x\"}]", JsonValueKind.String)]
    [InlineData(",\"has_parts\":true", "x", JsonValueKind.Array)]
    public void Decode_ResultWithOrWithoutParts_IsReadAndWrittenAsItWas(string parts, string text, JsonValueKind kind)
    {
        var body = $$$"""{"v":2,"kind":"tool_finished","activation":"a","at":0,"payload":{"call_id":"c","tool":"t","output":[{"type":"text","text":"x"}]{{{parts}}}}}""";

        var entry = EntryCodec.Decode(new StoredEntry(1, Guid.Empty, null, 1, Encoding.UTF8.GetBytes(body)));
        var message = ToolMessages.Of(Assert.IsType<ToolFinished>(entry.Payload), entry.At);

        Assert.Equal(body, Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span));
        Assert.Equal((text, kind), (message.Text, message.Content.ValueKind));
    }
}
