using System.Text.Json;
using Actant.Executions;
using Actant.Testing.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>What a node's model is given of what was said.</summary>
[Trait("Row", "A1")]
public sealed class SeenMessagesTests
{
    private const string Header = "name: team\nmodel: {provider: gated, model_name: any}\n";

    [Fact]
    public async Task Chain_AnswerOfAnotherNode_ComesFromOutsideUnderItsName()
    {
        var heard = await RunAsync(Header + """
            nodes:
              - {name: research, type: agent, system_prompt: research, tools: [look]}
              - {name: write, type: agent, system_prompt: write}
            edges: [{from: research, to: write}]
            """, "go");

        Assert.Equal(["user: go"], heard[0].Heard);
        Assert.Equal(["user: go", "assistant: <look>", "tool: seen"], heard[1].Heard);
        Assert.Equal(("write", "user: go|user: [research]\nresearch says 2"), (heard[2].Node, string.Join('|', heard[2].Heard)));
    }

    [Fact]
    public async Task Chain_NextTurnOnTheThread_EachHearsItsOwnAnswersAsItsOwn()
    {
        const string Chain = Header + """
            nodes:
              - {name: research, type: agent, system_prompt: research, tools: [look]}
              - {name: write, type: agent, system_prompt: write}
            edges: [{from: research, to: write}]
            """;
        await using var harness = await StartAsync();
        var heard = Listen(harness);
        await harness.WaitAsync((await harness.SubmitAsync(Chain, "go", OnThread)).Id);
        heard.Clear();

        await harness.WaitAsync((await harness.SubmitAsync(Chain, "again", OnThread)).Id);

        Assert.Equal(
            ["user: go", "assistant: <look>", "tool: seen", "assistant: research says 2", "user: [write]\nwrite says 1", "user: again"],
            heard[0].Heard);
        Assert.Equal(
            ["user: go", "user: [research]\nresearch says 2", "assistant: write says 1", "user: again", "user: [research]\nresearch says 2"],
            heard[^1].Heard);
    }

    [Fact]
    public async Task Branches_ThatCallToolsSideBySide_KeepEachResultBehindItsCall()
    {
        const string Branches = Header + """
            nodes:
              - {name: a, type: agent, system_prompt: a, tools: [look]}
              - {name: b, type: agent, system_prompt: b, tools: [look]}
            """;
        await using var harness = await StartAsync();
        var heard = Listen(harness);
        await harness.WaitAsync((await harness.SubmitAsync(Branches, "go", OnThread)).Id);
        heard.Clear();

        await harness.WaitAsync((await harness.SubmitAsync(Branches, "again", OnThread)).Id);

        foreach (var (node, said) in heard.Where(call => call.Heard[^1] == "user: again"))
        {
            Assert.Equal("assistant: <look>", said.First(line => line.StartsWith("assistant", StringComparison.Ordinal)));
            Assert.Equal("tool: seen", said[said.ToList().IndexOf("assistant: <look>") + 1]);
            Assert.Single(said, line => line == $"user: [{(node == "a" ? "b" : "a")}]\n{(node == "a" ? "b" : "a")} says 2");
        }
    }

    [Fact]
    public async Task Cycle_OfOneNode_IsAskedToGoOn()
    {
        var heard = await RunAsync(Header + """
            state: {n: {default: 0}}
            nodes:
              - {name: draft, type: agent, system_prompt: draft, max_iterations: 3}
              - {name: count, type: transform, set: {n: state.n + 1}}
              - {name: done, type: agent, system_prompt: done}
            edges:
              - {from: start, to: draft}
              - {from: draft, to: count}
              - {from: count, to: draft, condition: state.n < 2}
              - {from: count, to: done, condition: state.n >= 2}
            """, "go");

        Assert.Equal(["user: go", "assistant: draft says 1", "user: Continue."], heard[1].Heard);
        Assert.Equal(["user: go", "user: [draft]\ndraft says 1", "user: [draft]\ndraft says 1"], heard[2].Heard);
    }

    [Theory]
    [InlineData("input", "user: go")]
    [InlineData("last", "user: [second]\nsecond says 1")]
    [InlineData("thread", "user: go|user: [first]\nfirst says 1|user: [second]\nsecond says 1")]
    [InlineData("{topic: input, words: size(state.kept)}", """user: {"topic":"go","words":12}""")]
    public async Task Sees_PartOfTheConversation_IsAllThatTheNodeIsGiven(string sees, string expected)
    {
        var heard = await RunAsync(Header + $$"""
            nodes:
              - {name: first, type: agent, system_prompt: first, writes: kept}
              - {name: second, type: agent, system_prompt: second}
              - {name: third, type: agent, system_prompt: third, tools: [look], sees: {{sees}}}
            edges: [{from: first, to: second}, {from: second, to: third}]
            """, "go");

        Assert.Equal(expected, string.Join('|', heard[2].Heard));
        Assert.Equal($"{expected}|assistant: <look>|tool: seen", string.Join('|', heard[3].Heard));
    }

    [Fact]
    public async Task Input_ThatNobodySays_IsToldAsJson()
    {
        const string Nested = Header + """
            nodes:
              - name: inner
                type: graph
                input: {topic: state.topic}
                output: {text: state.answer}
                graph:
                  nodes: [{name: write, type: agent, system_prompt: write, writes: answer}]
            """;
        await using var harness = await StartAsync();
        var heard = Listen(harness);

        var result = await harness.WaitAsync((await harness.SubmitAsync(Nested, new { topic = "Köln's \"Dom\"" })).Id);

        Assert.Equal(["user: {\"topic\":\"Köln's \\\"Dom\\\"\"}"], heard[0].Heard);
        Assert.Equal("write says 1", result.Output.GetString());
    }

    [Fact]
    public async Task Input_ThatSaysNothing_IsAWordToBegin()
    {
        var heard = await RunAsync(Header + "nodes: [{name: write, type: agent, system_prompt: write}]", new { });

        Assert.Equal(["user: Begin."], heard[0].Heard);
    }

    [Fact]
    public async Task Answer_ThatIsEmpty_IsToldToNobody()
    {
        const string Talker = Header + "nodes: [{name: write, type: agent}]";
        await using var harness = await StartAsync();
        harness.Model.Responds = static call => call.Finish();
        await harness.WaitAsync((await harness.SubmitAsync(Talker, "go", OnThread)).Id);
        var heard = Listen(harness);

        await harness.WaitAsync((await harness.SubmitAsync(Talker, "again", OnThread)).Id);

        Assert.Equal(["user: go", "user: again"], heard[0].Heard);
    }

    [Theory]
    [InlineData("\"   \"", "user: Begin.")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \" \"}]}]}", "user: Begin.")]
    [InlineData("{\"messages\": [{\"role\": \"assistant\", \"content\": \"Hello.\"}, {\"role\": \"user\", \"content\": \"Hi.\"}]}", "user: Begin.|assistant: Hello.|user: Hi.")]
    [InlineData("{\"messages\": [{\"role\": \"assistant\", \"content\": \"Hello.\"}]}", "user: Begin.|assistant: Hello.|user: Continue.")]
    public async Task Input_OfBlanksOrThatAnAssistantBegins_IsAskedByAUser(string input, string expected)
    {
        var heard = await RunAsync(Header + "nodes: [{name: write, type: agent, system_prompt: write}]", JsonElement.Parse(input));

        Assert.Equal(expected, string.Join('|', heard[0].Heard));
    }

    [Fact]
    public async Task Answer_OfBlanks_IsToldToNobody()
    {
        const string Talker = Header + "nodes: [{name: write, type: agent}]";
        await using var harness = await StartAsync();
        harness.Model.Responds = static call => call.Finish("  \n ");
        await harness.WaitAsync((await harness.SubmitAsync(Talker, "  ", OnThread)).Id);
        var heard = Listen(harness);

        await harness.WaitAsync((await harness.SubmitAsync(Talker, "again", OnThread)).Id);

        Assert.Equal(["user: again"], heard[0].Heard);
    }

    private static SubmitRequest OnThread(SubmitRequest request) => request with { Thread = "t" };

    private static Task<EngineHarness> StartAsync() => EngineHarness.StartAsync([new GatedTool("look", ToolClass.Pure) { Responds = static call => call.Succeed("seen") }]);

    private static async Task<List<(string Node, List<string> Heard)>> RunAsync(string definition, object input)
    {
        await using var harness = await StartAsync();
        var heard = Listen(harness);
        await harness.WaitAsync((await harness.SubmitAsync(definition, input)).Id);
        return heard;
    }

    /// <summary>Each node looks once where it can, then says how many answers of its own it gave in this run.</summary>
    private static List<(string Node, List<string> Heard)> Listen(EngineHarness harness)
    {
        var heard = new List<(string, List<string>)>();
        harness.Model.Responds = call =>
        {
            lock (heard)
            {
                heard.Add((call.System, [.. call.Messages.Where(static message => message.Role != ChatRole.System).Select(Line)]));
            }

            var mustLook = call.Options?.Tools?.Count > 0 && call.Messages[^1].Role != ChatRole.Tool;
            if (mustLook)
            {
                call.FinishWithCall("c", "look");
            }
            else
            {
                call.Finish($"{call.System} says {(call.Messages[^1].Role == ChatRole.Tool ? 2 : 1)}");
            }
        };
        return heard;
    }

    private static string Line(ChatMessage message) => $"{message.Role.Value}: {string.Concat(message.Contents.Select(static content => content switch
    {
        FunctionCallContent call => $"<{call.Name}>",
        FunctionResultContent result => result.Result as string ?? JsonSerializer.Serialize(result.Result),
        TextContent text => text.Text,
        _ => content.GetType().Name,
    }))}";
}
