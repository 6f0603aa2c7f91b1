using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Journaling;

/// <summary>An older release reads what a newer one wrote, and hands on all of it: nothing is lost for the next reader.</summary>
[Trait("Row", "X6")]
public sealed class UnknownFieldTests
{
    private const string Later = "from_a_later_release";

    // What people and tools wrote is theirs: no records of ours are in it.
    private static readonly string[] s_free = ["input", "value", "arguments", "output", "answer", "content", "response_schema", "rate_limit", "providers", "tools"];

    public static TheoryData<string> Kinds() => [.. EntrySamples.All.Where(payload => payload is not Erased).Select(payload => payload.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_UnknownFieldsInEveryRecord_AreWrittenAgain(string kind)
    {
        var body = JsonNode.Parse(EntryCodec.Encode(EntrySamples.Of(EntrySamples.All.Single(payload => payload.Kind == kind))).Entry.Body.Span)!.AsObject();
        AddUnknown(body["payload"]!, isRecord: true);

        var entry = EntryCodec.Decode(Stored(body));

        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse(EntryCodec.Encode(entry).Entry.Body.Span)), EntryText(entry));
    }

    [Fact]
    public void Write_SnapshotOfAStateWithUnknownFields_KeepsThem()
    {
        var state = new JournalState();
        foreach (var kind in new[] { "input_received", "model_answered", "interrupted" })
        {
            var body = JsonNode.Parse(EntryCodec.Encode(EntrySamples.Of(EntrySamples.All.Single(payload => payload.Kind == kind))).Entry.Body.Span)!.AsObject();
            body.Remove("path");
            body["payload"]!.AsObject().Remove("call");
            body["activation"] = "desk";
            AddUnknown(body["payload"]!, isRecord: true);
            state.Apply(EntryCodec.Decode(Stored(body)));
        }

        var kept = ThreadSnapshots.Read(ThreadSnapshots.Write(state));

        var answer = kept.Root.Messages[^1].Message;
        Assert.Equal("assistant", answer.Role);
        Assert.Contains(Later, answer.Unknown!);
        Assert.All(answer.ToolCalls!, call => Assert.Contains(Later, call.Unknown!));
        Assert.Contains(Later, kept.Execution!.Security!.Unknown!);
        Assert.Contains(Later, kept.Execution.Principal!.Unknown!);
        Assert.Contains(Later, Assert.Single(kept.Execution.Interrupts).Interrupt.Unknown!);
    }

    [Fact]
    public void Apply_MessagesWithUnknownFields_KeepsThem()
    {
        var scope = new ScopeState();
        var value = JsonElement.Parse("""[{"id":"m1","role":"user","content":"Hi","from_a_later_release":[1]}]""");

        scope.Apply(new StateOperation { Op = StateOperationKind.Append, Key = "messages", Value = value }, EntrySamples.Of(new Taken()));

        Assert.Equal("[1]", Assert.Single(scope.Messages).Message.Unknown![Later].GetRawText());
    }

    private static void AddUnknown(JsonNode node, bool isRecord)
    {
        switch (node)
        {
            case JsonObject record when isRecord:
                foreach (var (name, value) in record.ToList())
                {
                    if (value is not null && !s_free.Contains(name))
                    {
                        AddUnknown(value, isRecord: true);
                    }
                }

                record[Later] = JsonNode.Parse("""{"b":[1,2.50,null,"\u00e4"],"a":{}}""");
                break;
            case JsonArray list:
                foreach (var item in list.OfType<JsonNode>())
                {
                    AddUnknown(item, isRecord);
                }

                break;
        }
    }

    private static StoredEntry Stored(JsonNode body) => new(7, new Guid("00000000-0000-0000-0000-000000000001"), new ExecutionId(new Guid("00000000-0000-0000-0000-00000000000e")), 4, Encoding.UTF8.GetBytes(body.ToJsonString()));

    private static string EntryText(Entry entry) => Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span);
}
