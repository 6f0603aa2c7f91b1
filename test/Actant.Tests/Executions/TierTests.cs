using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tiers;
using Actant.Tools;

namespace Actant.Tests.Executions;

[Trait("Row", "S6")]
public sealed class TierTests
{
    private const string Looker = "name: looker\nmodel: {provider: gated, model_name: any}\ntools: [look]";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Row", "X5")]
    [InlineData(null, null, null, 4)]
    [InlineData(null, null, 2, 2)]
    [InlineData(null, 7, 2, 7)]
    [InlineData(0, 7, 2, 0)]
    public async Task SubmitAsync_Priority_IsTheRequestsElseTheAgentsElseTheTiers(int? request, int? agent, int? tier, int expected)
    {
        await using var harness = await StartAsync(new TierLimits { Priority = tier });

        var reply = await harness.Client.SubmitAsync(
            EngineHarness.Request(TestAgents.Talker + (agent is null ? "" : $"\npriority: {agent}")) with { Priority = request, Start = false }, Token);

        Assert.Equal(expected, reply.Value!.Priority);
    }

    [Fact]
    public async Task SubmitAsync_TenantOfNoTier_HasNoLimits()
    {
        await using var harness = await StartAsync(new TierLimits { Priority = 9 });

        var reply = await harness.Node.Engine.For(new TenantId("other")).SubmitAsync(EngineHarness.Request(TestAgents.Talker) with { Start = false }, Token);

        Assert.Equal(Submission.DefaultPriority, reply.Value!.Priority);
    }

    [Theory]
    [InlineData(null, 2, 2, "tier_limit")]
    [InlineData(1, 2, 1, "recursion_limit")]
    [InlineData(2, 2, 2, "recursion_limit")]
    public async Task MaxIterations_IsACeilingOfMaxTurns(int? agent, int tier, int asked, string code)
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxIterations = tier });
        harness.Model.Responds = call => call.FinishWithCall("a", "look");

        var submitted = await harness.SubmitAsync(Looker + (agent is null ? "" : $"\nmax_turns: {agent}"));
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ExecutionStatus.Failed, code), (result.Record.Status, result.Record.Failure?.Code));
        Assert.Equal(asked, harness.Model.Calls.Count);
        Assert.Equal(code == "tier_limit", result.Record.Failure!.Message.StartsWith("`MaxIterations` of the tenant's tier `free`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1000, 3, "tier_limit")]
    [InlineData(2, 3, "recursion_limit")]
    public async Task MaxSteps_IsACeilingOfTheAgents(int agent, int tier, string code)
    {
        await using var harness = await StartAsync(new TierLimits { MaxSteps = tier });
        harness.Model.Responds = call => call.FinishWithCall("a", "look");

        var submitted = await harness.SubmitAsync($"{Looker}\nlimits: {{max_steps: {agent}}}");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(code, result.Record.Failure?.Code);
        Assert.Equal(Math.Min(agent, tier), harness.Model.Calls.Count);
    }

    [Fact]
    public async Task MaxTokens_WhenTheyAreUsed_NoFurtherModelIsAskedWhateverTheStrategy()
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxTokens = 4 });
        harness.Model.Responds = call => call.FinishWithCall("a", "look"); // 3 tokens.

        var submitted = await harness.SubmitAsync("""
            name: spender
            model: {provider: gated, model_name: any}
            nodes:
              - {name: spend, type: agent, tools: [look], on_error: continue}
            """);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ExecutionStatus.Failed, "tier_limit", 6L), (result.Record.Status, result.Record.Failure!.Code, result.Record.Tokens));
        Assert.Contains("`MaxTokens` of the tenant's tier `free` allows one execution 4 tokens, and it has used 6", result.Record.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, harness.Model.Calls.Count);
    }

    [Fact]
    public async Task MaxTokens_UsedByChildren_NoFurtherChildIsStartedWhateverTheStrategy()
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxTokens = 4 });
        harness.Model.Responds = static call =>
        {
            call.Count(2, 1);
            call.Finish("x");
        };

        var submitted = await harness.SubmitAsync("""
            name: spender
            model: {provider: gated, model_name: any}
            nodes:
              - {name: box, type: graph, spawn: true, max_iterations: 9, on_error: continue, graph: {nodes: [{name: talk, type: agent}]}}
            edges: [{from: start, to: box}, {from: box, to: box, condition: "true"}]
            """);
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal((ExecutionStatus.Failed, "tier_limit", 6L), (result.Record.Status, result.Record.Failure!.Code, result.Record.Tokens));
        Assert.Equal(1, harness.Model.Calls.Count);
    }

    [Theory]
    [InlineData("", 4096, "`MaxStateBytes` of the tenant's tier `free` (4096)")]
    [InlineData("limits: {max_state_bytes: 1000000000}", 4096, "`MaxStateBytes` of the tenant's tier `free` (4096)")]
    [InlineData("limits: {max_state_bytes: 2048}", 4096, "`limits.max_state_bytes` (2048)")]
    public async Task MaxStateBytes_IsACeilingOfTheAgents(string limits, int tier, string message)
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxStateBytes = tier });
        var submitted = await harness.SubmitAsync($$"""
            name: state
            state: {n: {default: 0}, text: append}
            nodes: [{name: a, type: transform, set: {n: "state.n + 1", text: "'{{new string('x', 500)}}'"}, max_iterations: 100}]
            edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < 20}]
            {{limits}}
            """);

        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;

        Assert.Equal("state_too_large", failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxStateBytes_WithoutATier_IsACeilingAllTheSame()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(
            """
            name: state
            state: {n: {reducer: add, default: 0}, l: append}
            nodes: [{name: a, type: transform, set: {n: "1", l: input.item}, max_iterations: 100}]
            edges: [{from: start, to: a}, {from: a, to: a, condition: state.n < 80}]
            limits: {max_state_bytes: 1000000000}
            """,
            new Dictionary<string, string> { ["item"] = new string('x', 1_000_000) });

        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;

        Assert.Equal("state_too_large", failure.Code);
        Assert.Contains("`MaxStateBytes` of the tenant (67108864)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "`MaxDepth` of the tenant's tier `free` (1)")]
    [InlineData("limits: {max_depth: 32}", "`MaxDepth` of the tenant's tier `free` (1)")]
    public async Task MaxDepth_IsACeilingOfTheAgents(string limits, string message)
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxDepth = 1 });
        var submitted = await harness.SubmitAsync($$"""
            name: deep
            nodes: [{name: a, type: graph, graph: {nodes: [{name: b, type: graph, graph: {nodes: [{name: c, type: prompt, template: x}]} }]} }]
            {{limits}}
            """);

        var failure = (await harness.WaitAsync(submitted.Id)).Record.Failure!;

        Assert.Equal("depth_limit", failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxTools_AgentThatNamesMore_IsRefusedAndNothingIsStored()
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxTools = 1 });
        const string Two = """
            name: two
            model: {provider: gated, model_name: any}
            nodes:
              - {name: a, type: agent, tools: [look]}
              - name: inner
                type: graph
                graph:
                  nodes: [{name: b, type: tool, tool: see}]
            """;

        var refused = await harness.Client.SubmitAsync(EngineHarness.Request(Two), Token);
        var accepted = await harness.Client.SubmitAsync(EngineHarness.Request(Looker) with { Start = false }, Token);

        Assert.Equal("tier_limit", refused.Refusal?.Code);
        Assert.Contains("is 1; the nodes of `two` name 2 tools", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(accepted.Value!.Id, Assert.Single((await harness.Client.ListAsync(new ExecutionFilter(), null, 10, Token)).Items).Id);
    }

    [Theory]
    [InlineData(null, 20)]
    [InlineData(30, 20)]
    [InlineData(10, 10)]
    public async Task MaxDuration_IsACeilingOfTheDeadline(int? asked, int expected)
    {
        await using var harness = await StartAsync(new TierLimits { Tier = "free", MaxDuration = TimeSpan.FromSeconds(20) });
        var began = harness.Time.GetUtcNow();

        var submitted = await harness.SubmitAsync(
            TestAgents.Talker, change: request => request with { Timeout = asked is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        await harness.Model.Calls.NextAsync();
        await harness.AdvanceAsync(TimeSpan.FromSeconds(expected));
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(began.AddSeconds(expected), submitted.Deadline);
        Assert.Equal("execution_timed_out", result.Record.Failure!.Code);
        Assert.Contains("`MaxSeconds` of the tenant's tier `free` allows 20 s at most", result.Record.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "1 answer 1 2 answer 2 3")]
    [InlineData(5, "1 answer 1 2 answer 2 3")]
    [InlineData(1, "2 answer 2 3")]
    [InlineData(0, "3")]
    public async Task History_OnlyTheLastTurnsAreGiven(int? turns, string expected)
    {
        await using var harness = await StartAsync(new TierLimits { History = turns });
        ModelCall? last = null;
        harness.Model.Responds = call =>
        {
            last = call;
            call.Finish($"answer {call.LastText}");
        };
        foreach (var input in (string[])["1", "2", "3"])
        {
            var submitted = await harness.SubmitAsync(TestAgents.Talker, input, request => request with { Thread = "t" });
            await harness.WaitAsync(submitted.Id);
        }

        var fingerprint = (await harness.Client.GetHistoryAsync("t", 1, 100, Token)).Select(entry => entry.Payload).OfType<ModelAnswered>().Last().Request;

        Assert.Equal(expected, string.Join(' ', last!.Messages.Select(message => message.Text)));
        Assert.Equal((last.Messages.Count, 5 - last.Messages.Count), (fingerprint.Messages, fingerprint.Trimmed));
    }

    private static Task<EngineHarness> StartAsync(TierLimits limits) => EngineHarness.StartAsync(
        [
            FunctionTool.Create(() => "seen", "look", "Looks.", ToolClass.Pure),
            FunctionTool.Create(() => "seen", "see", "Sees.", ToolClass.Pure),
        ],
        configure: options => options.Tiers = new Dictionary<TenantId, TierLimits> { [TenantId.Default] = limits });
}
