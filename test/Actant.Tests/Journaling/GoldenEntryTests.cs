using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Journaling;

/// <summary>What was written once is read for ever, and written the same way again.</summary>
[Trait("Row", "X6")]
public sealed class GoldenEntryTests
{
    public static TheoryData<string> Kinds() => [.. EntrySamples.All.Select(payload => payload.Kind)];

    public static TheoryData<int, string> KindsOfAllFormats()
    {
        var kinds = new TheoryData<int, string>();
        for (var format = 1; format <= EntryCodec.Format; format++)
        {
            foreach (var payload in EntrySamples.All.Where(payload => EntrySamples.FirstFormatOf(payload) <= format))
            {
                kinds.Add(format, payload.Kind);
            }
        }

        return kinds;
    }

    [Fact]
    public void Samples_KindsOfEntries_AreAllThere()
    {
        var kinds = typeof(EntryPayload).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(EntryPayload)) && type != typeof(UnknownPayload));

        Assert.Equal(kinds.ToHashSet(), EntrySamples.All.Select(payload => payload.GetType()).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Encode_EntryOfToday_IsTheGoldenFile(string kind)
    {
        var golden = await GoldenAsync(EntryCodec.Format, kind);

        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(EncodeSample(kind)));
    }

    [Theory]
    [MemberData(nameof(KindsOfAllFormats))]
    public async Task Decode_GoldenFile_IsWrittenAsItWas(int format, string kind)
    {
        var golden = await GoldenAsync(format, kind);

        var entry = EntryCodec.Decode(Stored(golden));

        Assert.Equal((format, kind), (entry.Format, entry.Payload.Kind));
        Assert.Equal(("outer/inner:call%2F1", "desk#2", 3, EntrySamples.At), (entry.Path, entry.Activation, entry.Attempt, entry.At));
        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span));
    }

    [Fact]
    public void Decode_FieldOfANewerFormat_SurvivesRewriting()
    {
        const string body = """{"v":1,"kind":"resumed","at":1770091506789,"payload":{"interrupt_id":"int_1","answer":1,"by":{"user":"ada"}}}""";

        var entry = EntryCodec.Decode(Stored(Encoding.UTF8.GetBytes(body)));

        Assert.Equal("int_1", Assert.IsType<Resumed>(entry.Payload).InterruptId);
        Assert.Equal(body, Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span));
    }

    [Fact]
    public void Decode_KindOfANewerFormat_IsKeptAndFoldedAsNothing()
    {
        const string body = """{"v":1,"kind":"budget_reserved","at":1770091506789,"payload":{"usd":1.50,"for":["a"]}}""";
        var state = new JournalState();

        var entry = EntryCodec.Decode(Stored(Encoding.UTF8.GetBytes(body)));
        state.Apply(entry);

        var unknown = Assert.IsType<UnknownPayload>(entry.Payload);
        Assert.Equal("budget_reserved", unknown.Kind);
        Assert.Equal("""{"usd":1.50,"for":["a"]}""", unknown.Content.GetRawText());
        Assert.Equal(7, state.Position);
        Assert.Null(state.Execution);
    }

    [Theory]
    [InlineData(EncodedEntry.MaxBodyBytes, false)]
    [InlineData(EncodedEntry.MaxBodyBytes + 1, true)]
    public void Encode_AtTheBound_GoesIntoABlobOneByteLater(int bytes, bool isBlob)
    {
        var empty = EntryCodec.Encode(EntrySamples.Of(Resumed(""))).Entry.Body.Length;
        var entry = EntrySamples.Of(Resumed(new string('x', bytes - empty)));

        var (encoded, blob) = EntryCodec.Encode(entry);

        Assert.Equal(isBlob, blob is not null);
        var stored = Stored(encoded.Body.ToArray());
        Assert.Equal(blob?.Hash, EntryCodec.BlobOf(stored));
        var decoded = EntryCodec.Decode(stored, blob?.Content);
        Assert.Equal(bytes - empty, Assert.IsType<Resumed>(decoded.Payload).Answer.GetString()!.Length);
        Assert.Equal(encoded.Body.ToArray(), EntryCodec.Encode(decoded).Entry.Body.ToArray());
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b\u0001\u001f\u007f")]
    [InlineData("\ud83d\ude00 \u202e\u200b\ufeff\uffff")]
    [InlineData("\"\\/<>&'+`\u2028\u2029")]
    [InlineData("é e\u0301")]
    public void Encode_OddText_ComesBackAsItWas(string text)
    {
        var entry = EntrySamples.Of(Resumed(text) with { InterruptId = text });

        var decoded = Assert.IsType<Resumed>(EntryCodec.Decode(Stored(EntryCodec.Encode(entry).Entry.Body.ToArray())).Payload);

        Assert.Equal(text, decoded.InterruptId);
        Assert.Equal(text, decoded.Answer.GetString());
    }

    [Fact]
    public void AsStored_HalfOfASurrogatePair_CannotBe() => Assert.Null(JournalText.AsStored(JsonElement.Parse("""{"a":["\ud83d"]}""")));

    [Fact]
    public void AsStored_WhiteSpaceAndEscapes_AreThoseOfTheJournal()
    {
        var stored = JournalText.AsStored(JsonElement.Parse("{ \"a\" : \"\\u0061\\/ä\" }"))!.Value;
        var entry = EntrySamples.Of(new Resumed { InterruptId = "int_1", Answer = stored });

        var decoded = Assert.IsType<Resumed>(EntryCodec.Decode(Stored(EntryCodec.Encode(entry).Entry.Body.ToArray())).Payload);

        Assert.Equal(stored.GetRawText(), decoded.Answer.GetRawText());
    }

    private static Task<byte[]> GoldenAsync(int format, string kind) => GoldenFiles.ReadAsync(format, $"entries/{kind}.json", () => Task.FromResult(EncodeSample(kind)));

    private static byte[] EncodeSample(string kind) =>
        EntryCodec.Encode(EntrySamples.Of(EntrySamples.All.Single(payload => payload.Kind == kind))).Entry.Body.ToArray();

    private static Resumed Resumed(string text) => new() { InterruptId = "int_1", Answer = JsonSerializer.SerializeToElement(text) };

    private static StoredEntry Stored(byte[] body) => new(7, new Guid("00000000-0000-0000-0000-000000000001"), null, 4, body);
}
