using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Graphs;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Testing.Graphs;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>
/// Only entries change a loop's state. The harness compares the state of every loop after each step with one that is made of
/// entries alone; here are the places where it could differ.
/// </summary>
[Trait("Row", "X6")]
public sealed class FoldTests
{
    private const string Approval = "tool_definitions: [{name: work, type: code, requires_approval: true}]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_ApprovalsOneOfThemEdited_IsWhatTheEntriesSay(bool isKept)
    {
        var tool = new GatedTool("work") { Responds = static call => call.Succeed() };
        await using var harness = await StartAsync(isKept, tool);
        var id = (await harness.SubmitAsync($"name: a\nmodel: {{provider: gated, model_name: any}}\ntools: [work]\n{Approval}")).Id;
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "work", ("n", 1));
        call.Demand("c2", "work", ("n", 2));
        call.Finish();
        var asked = (await harness.WaitAsync(id)).Interrupts;
        await AnswerAsync(harness, id, asked[1], """{"decision": "edit", "arguments": {"n": 7}}""");
        var edited = await tool.Calls.NextAsync();
        await AnswerAsync(harness, id, asked[0], """{"decision": "approve"}""");
        (await harness.Model.Calls.NextAsync()).Finish("done");

        Assert.Equal("done", (await harness.WaitAsync(id)).Response);
        Assert.Equal("""{"n":7}""", edited.Call.Arguments.GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_EditedCallNotBegunWhenTheProcessDies_IsMadeWithWhatThePersonWrote(bool isKept)
    {
        var tool = new GatedTool("work");
        await using var harness = await StartAsync(isKept, tool);
        await harness.AddNodeAsync();
        var id = (await harness.SubmitAsync($$$"""
            name: a
            {{{Approval}}}
            nodes: [{name: call, type: tool, tool: work, arguments: {n: "{{ 10 / state.d }}"}}]
            """, new { d = 2 })).Id;
        var asked = (await harness.WaitAsync(id)).Interrupts;
        harness.Node.Store.BeforeAppend = append =>
        {
            harness.Node.Kill();
            return ValueTask.CompletedTask;
        };
        await AnswerAsync(harness, id, asked[0], """{"decision": "edit", "arguments": {"n": 7}}""");
        var call = tool.Calls.NextAsync();
        await harness.AdvanceUntilAsync(call);
        (await call).Succeed();

        Assert.Equal("""{"n":7}""", (await call).Call.Arguments.GetRawText());
        Assert.Equal(ExecutionStatus.Completed, (await harness.WaitAsync(id)).Record.Status);
    }

    [Fact]
    public async Task State_SleepsBeforeAnotherAttempt_IsWhatTheEntriesSay()
    {
        await using var harness = await StartAsync(isKept: true);
        var id = (await harness.SubmitAsync("""
            name: a
            model: {provider: gated, model_name: any}
            nodes: [{name: talk, type: agent, timeout_ms: 900000}]
            """)).Id;
        var asleep = harness.Node.Store.Appends.NextAsync(append => append.Lease == LeaseChange.Sleep);
        (await harness.Model.Calls.NextAsync()).Fail("rate_limit_exceeded", retryAfterMs: 60_000);
        await asleep;
        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again);
        (await again).Finish("done");

        Assert.Equal("done", (await harness.WaitAsync(id)).Response);
    }

    [Fact]
    public async Task State_RewoundAndWrittenWithEveryReducer_IsWhatTheEntriesSay()
    {
        await using var harness = await StartAsync(isKept: true);
        const string definition = """
            name: g
            state: {l: {reducer: append}, m: {reducer: merge}, n: {reducer: add}}
            nodes: [{name: a, type: transform, set: {l: "[1,2]", n: "2.5", x: "'ß'", m: "input.m", messages: "[{'role':'assistant','content':'hi'}]"}}]
            """;
        var first = await harness.SubmitAsync(definition, new { m = new { a = 1 }, l = new[] { 0 }, messages = new[] { new { role = "user", content = "x" } } });
        await harness.WaitAsync(first.Id);
        var end = (await harness.Client.GetThreadAsync(first.Thread.Thread, Token))!.Position;
        for (var turn = 0; turn < 3; turn++)
        {
            var next = await harness.SubmitAsync(definition, new { m = new { b = 1.0 } }, request => request with { Thread = first.Thread.Thread });
            await harness.WaitAsync(next.Id);
            Assert.True((await harness.Client.RewindAsync(first.Thread.Thread, end, false, Token)).IsDone);
        }

        var state = await harness.Client.GetStateAsync(first.Thread.Thread, null, Token);
        Assert.Equal("[0,1,2]", state!.Values["l"].GetRawText());
    }

    /// <summary><c>ACTANT_SEED</c> runs one of them again.</summary>
    [Fact]
    public async Task State_GeneratedGraphs_IsWhatTheEntriesSay()
    {
        var seeds = int.TryParse(Environment.GetEnvironmentVariable("ACTANT_SEED"), out var seed) ? Enumerable.Range(seed, 1) : Enumerable.Range(0, 40);
        var runs = 0;
        foreach (var number in seeds)
        {
            try
            {
                runs += await RunAsync(number) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"ACTANT_SEED={number}", exception);
            }
        }

        Assert.True(runs > 0, "No graph of these seeds may be run.");
    }

    /// <summary>Runs the graph of a seed to its end, answering whatever is asked; <c>false</c> if it is none that may be run.</summary>
    private static async Task<bool> RunAsync(int seed)
    {
        var oracle = new OutcomeOracle(seed);
        var tools = new[] { ToolClass.Pure, ToolClass.Idempotent, ToolClass.Unsafe }.Select(toolClass =>
            new GatedTool($"work_{toolClass}".ToLowerInvariant(), toolClass) { Responds = call => Respond(call, oracle) });
        await using var harness = await StartAsync(isKept: seed % 2 == 0, [.. tools]);
        harness.Model.Responds = call => Respond(call, oracle);
        var agent = DefinitionReader.Read(Encoding.UTF8.GetBytes(
            GeneratedAgent.Of(GraphGenerator.Generate(seed, static definition => GraphAnalysis.Check(definition).Count == 0), oracle))).Definition;
        if (agent is null || harness.Node.Engine.Validate(agent).Count > 0)
        {
            return false;
        }

        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = agent, Input = JsonElement.Parse("\"go\"") }, Token);
        for (var answers = 0; ; answers++)
        {
            var waiting = harness.WaitAsync(reply.Value!.Id);
            await harness.AdvanceUntilAsync(waiting);
            if ((await waiting).Record.Status.IsEnd())
            {
                Assert.NotEqual("engine_fault", (await waiting).Record.Failure?.Code);
                return true;
            }

            Assert.True(answers < 300, "It asks without end.");
            foreach (var asked in (await waiting).Interrupts)
            {
                await AnswerAsync(harness, reply.Value.Id, asked, Answer(asked, oracle));
            }
        }
    }

    private static string Answer(Interrupt asked, OutcomeOracle oracle) => (asked.Reason, oracle.Pick(asked.Id, 3)) switch
    {
        (InterruptReasons.ToolApproval, 0) => """{"decision": "edit", "arguments": {"n": 1}}""",
        (InterruptReasons.ToolApproval, 1) => """{"decision": "reject", "message": "No."}""",
        (InterruptReasons.ToolApproval, _) => """{"decision": "approve"}""",
        (InterruptReasons.ToolOutcomeUnknown, 0) => """{"decision": "retry"}""",
        (InterruptReasons.ToolOutcomeUnknown, 1) => """{"decision": "failed"}""",
        (InterruptReasons.ToolOutcomeUnknown, _) => """{"decision": "happened", "result": 1}""",
        _ => "5",
    };

    private static void Respond(ModelCall call, OutcomeOracle oracle)
    {
        if (call.Options?.Tools is { Count: > 0 } tools && call.Messages.Count < 6)
        {
            foreach (var (index, tool) in tools.Index())
            {
                call.Demand($"c{call.Messages.Count}.{index}", tool.Name, ("n", index));
            }
        }
        else if (oracle.Pick($"model {call.Messages.Count} {call.LastText} {call.Attempt}", 6) == 0)
        {
            call.Fail("model_unavailable");
        }

        call.Finish("said");
    }

    private static void Respond(ToolInvocation call, OutcomeOracle oracle)
    {
        switch (oracle.Pick($"{call.Call.CallId} {call.Call.Context.Activation} {call.Call.Attempt}", 8))
        {
            case 0:
                call.Fail("busy", transient: true);
                break;
            case 1:
                call.Fail("no");
                break;
            case 2:
                call.Refuse("later");
                break;
            case 3:
                call.Throw(new ToolOutcomeUnknownException("It broke."));
                break;
            default:
                call.Succeed();
                break;
        }
    }

    private static Task<EngineHarness> StartAsync(bool isKept, params Tool[] tools) => EngineHarness.StartAsync(tools, options =>
    {
        options.ThreadCacheBytes = isKept ? options.ThreadCacheBytes : 0;
        options.LongestWaitInMemory = TimeSpan.FromMilliseconds(100);
    });

    private static async Task AnswerAsync(EngineHarness harness, ExecutionId id, Interrupt asked, string answer)
    {
        var request = new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [asked.Id] = JsonElement.Parse(answer) } };
        Assert.True((await harness.Client.ResumeAsync(id, request, Token)).IsDone);
    }
}
