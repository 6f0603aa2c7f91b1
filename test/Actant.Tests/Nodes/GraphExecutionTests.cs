using System.Text.Json;
using Actant.Testing.Executions;

namespace Actant.Tests.Nodes;

/// <summary>Graphs that are written by hand, run by the whole engine.</summary>
[Trait("Row", "A1")]
[Trait("Row", "X12")]
public sealed class GraphExecutionTests
{
    private const string Model = "model: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orchestrator_TwoSpecialistsInOneAnswer_RunAtOnceAndAnswerInCallOrder()
    {
        var add = new GatedTool("add", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([add]);
        var submitted = await harness.SubmitAsync($$"""
            name: desk
            {{Model}}
            nodes:
              - {name: lead, type: orchestrator, system_prompt: Ask whoever knows.}
              - {name: law, type: specialist, description: Knows the law, system_prompt: Answer with the paragraph.}
              - {name: math, type: specialist, description: Does sums, tools: [add]}
            edges:
              - {from: lead, to: law, type: orchestration}
              - {from: lead, to: math, type: orchestration}
            """, "What may I deduct?");
        var lead = await harness.Model.Calls.NextAsync();
        Assert.Equal("Ask whoever knows.", lead.System);
        Assert.Equal(["delegate_to_law", "delegate_to_math"], lead.Options!.Tools!.Select(tool => tool.Name));
        lead.Demand("c1", "delegate_to_law", ("task", "Which paragraph?"));
        lead.Demand("c2", "delegate_to_math", ("task", "How much?"));
        lead.Finish("Let me ask.");

        var law = await harness.Model.Calls.NextAsync(call => call.LastText == "Which paragraph?");
        var math = await harness.Model.Calls.NextAsync(call => call.LastText == "How much?");
        Assert.Equal("Answer with the paragraph.", law.System);
        Assert.Null(law.Options!.Tools);
        Assert.Equal("", math.System);
        Assert.Equal(["add"], math.Options!.Tools!.Select(tool => tool.Name));
        math.Demand("c1", "add");
        math.Finish();
        (await add.Calls.NextAsync()).Succeed("1000");
        (await harness.Model.Calls.NextAsync(call => call.Messages.Any(message => message.Text == "How much?"))).Finish("1000 Euro");
        law.Finish("§ 9");

        var last = await harness.Model.Calls.NextAsync();
        Assert.Equal(["c1", "c2"], last.Messages.Where(message => message.Role == Microsoft.Extensions.AI.ChatRole.Tool)
            .SelectMany(message => message.Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>()).Select(result => result.CallId));
        last.Finish("1000 Euro, by § 9.");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
        Assert.Equal("1000 Euro, by § 9.", result.Response);
        Assert.Equal(
            ["What may I deduct?", "Let me ask.", "§ 9", "1000 Euro", "1000 Euro, by § 9."],
            result.Messages.Select(message => message.Text));
        Assert.Equal(["delegate_to_law", "delegate_to_math", "add"], result.ToolResults.Select(call => call.ToolName));
    }

    [Fact]
    public async Task Calls_ThreeInOneAnswer_RunAtOnceAndStandInCallOrder()
    {
        var tool = new GatedTool("look", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync($"name: a\n{Model}\ntools: [look]");
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand("a", "look", ("n", 1));
        asked.Demand("b", "look", ("n", 2));
        asked.Demand("c", "look", ("n", 3));
        asked.Finish();

        ToolInvocation[] calls =
        [
            await tool.Calls.NextAsync(call => call.Has("1")),
            await tool.Calls.NextAsync(call => call.Has("2")),
            await tool.Calls.NextAsync(call => call.Has("3")),
        ];
        foreach (var call in new[] { calls[2], calls[0], calls[1] })
        {
            var n = call.Call.Arguments.GetProperty("n").GetInt32();
            call.Succeed($"result {n}");
            await harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry => Contains(entry.Body, $"result {n}")));
        }

        var next = await harness.Model.Calls.NextAsync();
        Assert.Equal(["", "result 1", "result 2", "result 3"], next.Messages.Skip(1).Select(ResultOf));
        next.Finish("ok");
        var result = await harness.WaitAsync(submitted.Id);

        var names = await harness.CallNamesAsync(submitted.Thread.Thread);
        Assert.Equal(["a", "b", "c"], result.ToolResults.Select(call => names[call.CallId]));
        Assert.Equal(["a", "b", "c"], result.Messages.Where(message => message.Role == "tool").Select(message => names[message.ToolCallId!]));
    }

    [Theory]
    [InlineData(5, "small")]
    [InlineData(50, "medium")]
    [InlineData(500, "large")]
    public async Task Router_Conditions_TakesTheFirstThatHoldsOrTheRest(int n, string expected)
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: router
            nodes:
              - {name: choose, type: router}
              - {name: large, type: prompt, template: large}
              - {name: small, type: prompt, template: small}
              - {name: medium, type: prompt, template: medium}
            edges:
              - {from: choose, to: large}
              - {from: choose, to: small, condition: state.n < 10}
              - {from: choose, to: medium, condition: state.n < 100}
            """, new { n });
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(expected, result.Response);
        var state = await harness.Client.GetStateAsync(submitted.Thread.Thread, null, Token);
        Assert.Equal(["n", expected], state!.Values.Keys);
    }

    [Fact]
    public async Task Router_NoConditionHolds_FailsWithNoRoute()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: router
            nodes: [{name: choose, type: router}, {name: small, type: prompt, template: small}]
            edges: [{from: choose, to: small, condition: state.n < 10}]
            """, new { n = 10 });

        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;
        Assert.Equal(("no_route", "choose"), (failure.Code, failure.Where));
    }

    [Theory]
    [InlineData(9, 3, "cycle_limit")]
    [InlineData(2, 3, null)]
    public async Task ReviewLoop_EndsByItsConditionOrItsLimit(int goodAfter, int limit, string? code)
    {
        await using var harness = await EngineHarness.StartAsync();
        var writes = 0;
        harness.Model.Responds = call => call.Finish(call.System == "Write." ? $"draft {++writes}" : writes >= goodAfter ? "good" : "bad");
        var submitted = await harness.SubmitAsync($$"""
            name: review
            {{Model}}
            nodes:
              - {name: write, type: agent, system_prompt: Write., writes: draft, max_iterations: {{limit}}}
              - {name: review, type: agent, system_prompt: Review., writes: verdict}
              - {name: publish, type: prompt, template: "{{"{{ state.draft }}"}}"}
            edges:
              - {from: start, to: write}
              - {from: write, to: review}
              - {from: review, to: write, condition: "state.verdict != 'good'"}
              - {from: review, to: publish, condition: "state.verdict == 'good'"}
            """);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(code, result.Record.Failure?.Code);
        Assert.Equal(Math.Min(goodAfter, limit), writes);
        if (code is null)
        {
            Assert.Equal("draft 2", result.Response);
        }
        else
        {
            Assert.Contains("write", result.Record.Failure!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NestedGraph_Mappings_ShowItNothingElseAndTakeNothingElseOut()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: nested
            nodes:
              - name: inner
                type: graph
                input: {topic: state.subject}
                output: {text: "state.line + (state.secret == null ? '' : '!')"}
                graph:
                  state: {lines: {reducer: append, default: []}}
                  nodes:
                    - {name: line, type: prompt, template: "On {{ state.topic }}{{ state.secret }}"}
                    - {name: more, type: transform, set: {lines: state.line, secret2: "'x'"}}
                  edges: [{from: line, to: more}]
              - {name: done, type: prompt, template: "{{ state.text }}|{{ state.secret2 }}|{{ state.topic }}"}
            edges: [{from: inner, to: done}]
            """, new { subject = "bees", secret = "s" });
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("On bees||", result.Response);
        var state = await harness.Client.GetStateAsync(submitted.Thread.Thread, null, Token);
        Assert.Equal(["done", "secret", "subject", "text"], state!.Values.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task JoinAll_BranchesInParallel_RunsOnceAfterBoth()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(Branches("all"));
        var left = await harness.Model.Calls.NextAsync(call => call.LastText == "l");
        var right = await harness.Model.Calls.NextAsync(call => call.LastText == "r");
        right.Finish("R");
        left.Finish("L");

        Assert.Equal(["LR"], await JoinedAsync(harness, submitted.Id));
    }

    [Fact]
    public async Task JoinAny_BranchesInParallel_RunsForEach()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(Branches("any"));
        var left = await harness.Model.Calls.NextAsync(call => call.LastText == "l");
        var right = await harness.Model.Calls.NextAsync(call => call.LastText == "r");
        right.Finish("R");
        await harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry => Contains(entry.Body, "\"R\"")));
        left.Finish("L");

        Assert.Equal(["R", "LR"], await JoinedAsync(harness, submitted.Id));
    }

    [Fact]
    public async Task Prompt_WithAndWithoutModel_RendersOrAsks()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync("""
            name: prompts
            nodes:
              - {name: text, type: prompt, template: "Hello {{ state.who }}", writes: greeting}
              - {name: ask, type: prompt, template: "Translate: {{ state.greeting }}", model: {provider: gated, model_name: any}}
            edges: [{from: text, to: ask}]
            """, new { who = "Ada" });
        var call = await harness.Model.Calls.NextAsync();
        Assert.Equal("Translate: Hello Ada", Assert.Single(call.Messages).Text);
        call.Finish("Hallo Ada");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("Hallo Ada", result.Response);
        Assert.Equal("Hallo Ada", await ValueAsync(harness, submitted.Thread.Thread, "ask"));
    }

    [Fact]
    public async Task ToolNode_TemplatedArguments_KeepTheirTypes()
    {
        var tool = new GatedTool("take", ToolClass.Pure) { Responds = static call => call.Succeed("ok") };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var submitted = await harness.SubmitAsync("""
            name: tool
            nodes:
              - name: take
                type: tool
                tool: take
                arguments: {n: "{{ state.n }}", list: ["{{ state.list }}", 1], text: "n={{ state.n }}", on: "{{ state.n > 1 }}", none: "{{ state.gone }}"}
            """, new { n = 2, list = new[] { "a" } });
        var result = await harness.WaitAsync(submitted.Id);

        const string Expected = """{"n":2,"list":[["a"],1],"text":"n=2","on":true,"none":null}""";
        Assert.Equal(Expected, (await tool.Calls.NextAsync()).Call.Arguments.GetRawText());
        Assert.Equal(Expected, Assert.Single(result.ToolResults).Arguments.GetRawText());
        var read = await harness.Client.GetAsync(submitted.Id, Token);
        Assert.Equal(Expected, Assert.Single(read!.ToolResults).Arguments.GetRawText());
    }

    [Fact]
    public async Task Reducers_EachKind_CombineAsTheyShould()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string Definition = """
            name: reducers
            state:
              log: append
              sum: {reducer: add, default: 0.1}
              map: {reducer: merge, default: {a: 1}}
              last: set
            nodes:
              - {name: one, type: transform, set: {log: "'x'", sum: "0.2", map: "{'b': 2}", last: "1"}}
              - {name: two, type: transform, set: {log: "['y', 'z']", sum: "1", map: "{'a': 3}", last: "2"}}
            edges: [{from: one, to: two}]
            """;
        var first = await harness.SubmitAsync(Definition, change: request => request with { Thread = "t" });
        await harness.WaitAsync(first.Id);
        Assert.Equal("""["x","y","z"]|1.3|{"a":3,"b":2}|2""", await KeysAsync(harness, "t", "log", "sum", "map", "last"));

        var second = await harness.SubmitAsync(Definition, change: request => request with { Thread = "t" });
        await harness.WaitAsync(second.Id);
        Assert.Equal("""["x","y","z","x","y","z"]|2.5|{"a":3,"b":2}|2""", await KeysAsync(harness, "t", "log", "sum", "map", "last"));
    }

    private static string Branches(string join) => $$"""
        name: branches
        nodes:
          - {name: begin, type: transform, set: {begun: "true"} }
          - {name: left, type: prompt, template: l, {{Model}} }
          - {name: right, type: prompt, template: r, {{Model}} }
          - {name: both, type: transform, join: {{join}}, set: {joined: "[(state.left == null ? '' : state.left) + (state.right == null ? '' : state.right)]"} }
        state: {joined: append}
        edges:
          - {from: begin, to: left}
          - {from: begin, to: right}
          - {from: left, to: both}
          - {from: right, to: both}
        """;

    private static async Task<string[]> JoinedAsync(EngineHarness harness, ExecutionId id)
    {
        var result = await harness.WaitAsync(id);
        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
        var state = await harness.Client.GetStateAsync(result.Record.Thread.Thread, null, Token);
        return [.. state!.Values["joined"].EnumerateArray().Select(item => item.GetString()!)];
    }

    private static async Task<string?> ValueAsync(EngineHarness harness, string thread, string key) =>
        (await harness.Client.GetStateAsync(thread, null, Token))!.Values[key].GetString();

    private static async Task<string> KeysAsync(EngineHarness harness, string thread, params string[] keys)
    {
        var state = await harness.Client.GetStateAsync(thread, null, Token);
        return string.Join('|', keys.Select(key => JsonSerializer.Serialize(state!.Values[key])));
    }

    private static bool Contains(ReadOnlyMemory<byte> body, string text) =>
        System.Text.Encoding.UTF8.GetString(body.Span).Contains(text, StringComparison.Ordinal);

    private static string ResultOf(Microsoft.Extensions.AI.ChatMessage message) =>
        string.Concat(message.Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Select(result => result.Result));
}
