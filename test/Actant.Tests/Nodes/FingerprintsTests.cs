using System.Text.Json;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Nodes;

/// <summary>One hash for what is the same, another one for everything else that is sent.</summary>
[Trait("Row", "X2")]
public sealed class FingerprintsTests
{
    private static readonly ModelDefinition s_model = new() { Provider = "p", ModelName = "m", Temperature = 0.5f, Stop = ["x"] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<AIContent, AIContent> Different { get; } = new(
        (Call("""{"to":"Ada"}"""), Call("""{"to":"Bob"}""")),
        (Call("""{"to":"Ada"}"""), Call("{}")),
        (new DataContent(new byte[] { 1 }, "image/png"), new DataContent(new byte[] { 2 }, "image/png")),
        (new DataContent(new byte[] { 1 }, "image/png"), new DataContent(new byte[] { 1 }, "image/jpeg")),
        (new UriContent("https://example.org/a", "image/*"), new UriContent("https://example.org/b", "image/*")),
        (new TextContent("a"), new TextContent("b")),
        (new TextContent("a"), new TextReasoningContent("a")),
        (new TextReasoningContent("a") { ProtectedData = "s" }, new TextReasoningContent("a") { ProtectedData = "t" }),
        (new FunctionResultContent("c", "1"), new FunctionResultContent("c", "2")),
        (new TextContent("a") { AdditionalProperties = new() { ["actant.x"] = "1" } }, new TextContent("a") { AdditionalProperties = new() { ["actant.x"] = "2" } }));

    [Theory]
    [MemberData(nameof(Different))]
    public void Of_MessagesThatDiffer_Differs(AIContent one, AIContent other) =>
        Assert.NotEqual(Fingerprints.Of(new ChatMessage(ChatRole.User, [one])), Fingerprints.Of(new ChatMessage(ChatRole.User, [other])));

    [Fact]
    public void Of_TwoTextsOrOne_Differs() => Assert.NotEqual(
        Fingerprints.Of(new ChatMessage(ChatRole.User, [new TextContent("a"), new TextContent("b")])), Fingerprints.Of(new ChatMessage(ChatRole.User, "ab")));

    [Fact]
    public void Of_IdsOfCallsAndOrderOfMembers_DoNotCount()
    {
        var (one, other) = (Call("""{"a":{"x":1,"y":2},"b":3}"""), Call("""{"b":3,"a":{"y":2,"x":1}}""", "another"));

        Assert.Equal(Fingerprints.Of(new ChatMessage(ChatRole.Assistant, [one])), Fingerprints.Of(new ChatMessage(ChatRole.Assistant, [other])));
        Assert.Equal(Result("c1", ["c0", "c1"]), Result("d1", ["d0", "d1"]));
        Assert.NotEqual(Result("c1", ["c0", "c1"]), Result("c1", ["c1", "c0"]));
    }

    [Fact]
    public void Of_Settings_AllCount()
    {
        AITool tool = Tool("""{"type":"object"}""");
        byte[][] all =
        [
            Fingerprints.Of(s_model, [tool]),
            Fingerprints.Of(s_model, []),
            Fingerprints.Of(s_model, [Tool("""{"type":"object","required":["a"]}""")]),
            Fingerprints.Of(s_model with { Provider = "q" }, [tool]),
            Fingerprints.Of(s_model with { ModelName = "n" }, [tool]),
            Fingerprints.Of(s_model with { Temperature = 0.6f }, [tool]),
            Fingerprints.Of(s_model with { Temperature = null, TopP = 0.5f }, [tool]),
            Fingerprints.Of(s_model with { MaxOutputTokens = 7 }, [tool]),
            Fingerprints.Of(s_model with { Stop = ["x", "y"] }, [tool]),
            Fingerprints.Of(s_model with { Options = JsonElement.Parse("""{"seed":1}""") }, [tool]),
        ];

        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(all[0], Fingerprints.Of(s_model with { ApiKeySecret = "k", Timeout = TimeSpan.FromSeconds(1) }, [Tool("""{ "type": "object" }""")]));
    }

    [Fact]
    public async Task Entries_OfTwoThreadsThatAskTheSame_HaveTheSameFingerprints()
    {
        var work = new GatedTool("work") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([work]);
        harness.Model.Responds = static call => Answer(call);
        var hashes = new List<string[]>();
        foreach (var (thread, first) in new[] { ("a", "go"), ("b", "go"), ("c", "run") })
        {
            foreach (var input in new[] { first, "and again" })
            {
                await harness.WaitAsync((await harness.SubmitAsync(TestAgents.Worker, input, request => request with { Thread = thread })).Id);
            }

            hashes.Add([.. (await harness.Client.GetHistoryAsync(thread, 1, 500, Token)).Select(static entry => entry.Payload).OfType<ModelAnswered>().Select(static answer => answer.Request.Hash)]);
        }

        Assert.All(hashes[0], static hash => Assert.Equal(64, hash.Length));
        Assert.Equal((4, 4), (hashes[0].Length, hashes[0].Distinct().Count()));
        Assert.Equal(hashes[0], hashes[1]);
        Assert.Empty(hashes[0].Intersect(hashes[2]));
    }

    private static void Answer(ModelCall call)
    {
        if (call.Messages[^1].Role == ChatRole.User)
        {
            call.FinishWithCall("call_0", "work");
        }
        else
        {
            call.Finish("done");
        }
    }

    private static byte[] Result(string of, string[] calls) => Fingerprints.Of(
        new ChatMessage(ChatRole.Tool, [new FunctionResultContent(of, "1")]),
        new Message { Role = Roles.Assistant, ToolCalls = [.. calls.Select(static id => new ToolDemand(id, "work", JsonElement.Parse("{}")))] });

    private static FunctionCallContent Call(string arguments, string id = "c1") =>
        new(id, "pay", JsonElement.Parse(arguments).EnumerateObject().ToDictionary(static member => member.Name, static member => (object?)member.Value));

    private static AIFunctionDeclaration Tool(string schema) => AIFunctionFactory.CreateDeclaration("work", "Works", JsonElement.Parse(schema));
}
