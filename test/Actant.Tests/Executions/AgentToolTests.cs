using Actant.Definitions;
using Actant.Executions;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "A1")]
public sealed class AgentToolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LinkAsync_AgentsOfAgents_AreCarriedAlongAndRun()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "middle"), Define("middle", "inner"), Define("inner"));
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);
        Assert.Empty(linked.Problems);
        agents.Clear();

        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = linked.Definition!, Input = System.Text.Json.JsonElement.Parse("\"go\"") }, Token);
        await RelayAsync(harness, "outer", "middle", "one");
        await RelayAsync(harness, "middle", "inner", "two");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am inner.")).Finish("three");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am middle.")).Finish("four");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am outer.")).Finish("five");
        var result = await harness.WaitAsync(reply.Value!.Id);

        Assert.Equal("five", result.Response);
        Assert.Equal(["go", "one", "four", "five"], result.Messages.Select(message => message.Text));
        Assert.Equal(["ask_middle", "ask_inner"], result.ToolResults.Select(call => call.ToolName));
    }

    [Fact]
    public async Task LinkAsync_AnotherInnerAgent_GivesAnotherHash()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "inner"), Define("inner"));
        var before = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);
        agents["inner"] = Define("inner", tools: "calculator");
        var after = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);

        Assert.NotEqual(before.Definition!.Hash, after.Definition!.Hash);
    }

    [Theory]
    [InlineData("a>b b>c c>a", "agent_cycle", "a → b → c → a")]
    [InlineData("a>a", "agent_cycle", "a → a")]
    [InlineData("a>b b>gone", "unknown_agent", "`gone` (through b)")]
    public async Task LinkAsync_CycleOrGap_IsAProblemAtTheTool(string calls, string code, string message)
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue([.. calls.Split(' ').Select(call => Define(call.Split('>')[0], call.Split('>')[1]))]);
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["a"], agents, Token);

        var problem = Assert.Single(linked.Problems);
        Assert.Equal((code, "$.tool_definitions[0].config.agent"), (problem.Code, problem.Path));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Null(linked.Definition);
    }

    [Fact]
    public async Task LinkAsync_ManyWaysToTheSameAgents_AreBounded()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue([.. Enumerable.Range(0, 20).Select(i => Define($"a{i}", $"a{i + 1}", $"a{i + 1}")), Define("a20")]);
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["a0"], agents, Token);

        Assert.Equal("out_of_range", Assert.Single(linked.Problems).Code);
    }

    [Fact]
    public async Task LinkAsync_InnerAgentThatCannotRunHere_IsAProblemAtTheTool()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "inner"), Define("inner", tools: "nothing"));
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);

        var problem = Assert.Single(linked.Problems);
        Assert.Equal(("unknown_tool", "$.tool_definitions[0].config.agent"), (problem.Code, problem.Path));
        Assert.StartsWith("`inner`, $.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmitAsync_NotLinked_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();
        var reply = await harness.Client.SubmitAsync(
            new SubmitRequest { Definition = Define("outer", "inner"), Input = System.Text.Json.JsonElement.Parse("\"go\"") }, Token);

        Assert.Equal("invalid_definition", reply.Refusal!.Code);
        Assert.Equal("unknown_agent", Assert.Single(reply.Refusal.Errors!).Code);
    }

    [Fact]
    public async Task AgentTool_RequiresApproval_WaitsForAPerson()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "inner", approval: true), Define("inner"));
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);
        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = linked.Definition!, Input = System.Text.Json.JsonElement.Parse("\"go\"") }, Token);
        await RelayAsync(harness, "outer", "inner", "one");
        var asked = await harness.WaitAsync(reply.Value!.Id);
        Assert.Equal(("tool_approval", "ask_inner"), (Assert.Single(asked.Interrupts).Reason, asked.Interrupts[0].Tool));
        Assert.Equal(1, harness.Model.Calls.Count);

        await harness.Client.ResumeAsync(reply.Value.Id, new ResumeRequest { Answer = System.Text.Json.JsonElement.Parse("""{"decision": "approve"}""") }, Token);
        (await harness.Model.Calls.NextAsync(call => call.System == "I am inner.")).Finish("two");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am outer.")).Finish("three");

        Assert.Equal("three", (await harness.WaitAsync(reply.Value.Id)).Response);
    }

    [Fact]
    public async Task AgentTool_TakesItsTime_IsSaidOfTheCall()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "inner"), Define("inner"));
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);
        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = linked.Definition!, Input = System.Text.Json.JsonElement.Parse("\"go\"") }, Token);
        await RelayAsync(harness, "outer", "inner", "one");
        var inner = await harness.Model.Calls.NextAsync(call => call.System == "I am inner.");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(3));
        inner.Finish("two");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am outer.")).Finish("three");
        await harness.WaitAsync(reply.Value!.Id);

        var call = Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.InRange(call.DurationMs, 3000, 10_000);
        Assert.Equal(call.DurationMs, (call.FinishedAt!.Value - call.StartedAt!.Value).TotalMilliseconds);
    }

    [Fact]
    public async Task MaxDepth_Passed_IsAnErrorThatTheModelSees()
    {
        await using var harness = await EngineHarness.StartAsync();
        var agents = new Catalogue(Define("outer", "middle", extra: "limits: {max_depth: 1}"), Define("middle", "inner"), Define("inner"));
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, agents["outer"], agents, Token);
        var reply = await harness.Client.SubmitAsync(new SubmitRequest { Definition = linked.Definition!, Input = System.Text.Json.JsonElement.Parse("\"go\"") }, Token);
        await RelayAsync(harness, "outer", "middle", "one");
        await RelayAsync(harness, "middle", "inner", "two");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am middle.")).Finish("no");
        (await harness.Model.Calls.NextAsync(call => call.System == "I am outer.")).Finish("no");
        var result = await harness.WaitAsync(reply.Value!.Id);

        Assert.Equal("depth_limit", result.ToolResults[1].Failure!.Code);
        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
    }

    private static async Task RelayAsync(EngineHarness harness, string from, string to, string text)
    {
        var call = await harness.Model.Calls.NextAsync(call => call.System == $"I am {from}.");
        Assert.Equal([$"ask_{to}"], call.Options!.Tools!.Select(tool => tool.Name));
        call.Demand("c", $"ask_{to}", ("task", $"for {to}"));
        call.Finish(text);
    }

    private static AgentDefinition Define(string name, string? first = null, string? second = null, string? tools = null, bool approval = false, string extra = "")
    {
        var definitions = new[] { first, second }.Where(agent => agent is not null).Select((agent, i) =>
            $"  - {{name: ask_{agent}{(i == 0 ? "" : "_too")}, type: agent, config: {{agent: {agent}}}, requires_approval: {(approval ? "true" : "false")}}}").ToList();
        return EngineHarness.Define($$"""
            name: {{name}}
            instructions: I am {{name}}.
            model: {provider: gated, model_name: any}
            tools: [{{tools ?? (first is null ? "" : $"ask_{first}")}}]
            {{(definitions.Count == 0 ? "" : "tool_definitions:\n" + string.Join('\n', definitions))}}
            {{extra}}
            """);
    }

    private sealed class Catalogue(params AgentDefinition[] agents) : IAgentCatalogue
    {
        private readonly Dictionary<string, AgentDefinition> _agents = agents.ToDictionary(agent => agent.Name, StringComparer.Ordinal);

        public AgentDefinition this[string name]
        {
            get => _agents[name];
            set => _agents[name] = value;
        }

        public void Clear() => _agents.Clear();

        public ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            new(_agents.GetValueOrDefault(name));

        public ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken) =>
            new([.. _agents.Values]);
    }
}
