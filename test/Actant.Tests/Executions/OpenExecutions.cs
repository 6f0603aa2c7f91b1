using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tests.Journaling;

namespace Actant.Tests.Executions;

/// <summary>Executions whose process died in the middle, as golden files of each format: what the release before left open.</summary>
internal static class OpenExecutions
{
    private const string Model = "model: {provider: gated, model_name: any}";

    private static readonly Dictionary<string, Func<EngineHarness, GatedTool[], Task<ExecutionRecord>>> s_all = new(StringComparer.Ordinal)
    {
        ["calls-in-flight"] = CallsInFlightAsync,
        ["second-call-of-the-same-id"] = SecondCallAsync,
        ["approval-open"] = ApprovalAsync,
        ["tool-node-asks"] = ToolNodeAsksAsync,
        ["tool-nodes-in-flight"] = ToolNodesInFlightAsync,
        ["specialist-that-asks"] = SpecialistAsync,
        ["tool-node-of-an-agent"] = ToolNodeOfAnAgentAsync,
        ["retry-that-is-stored"] = RetryAsync,
        ["person-is-asked"] = PersonAsync,
        ["call-in-a-nested-graph"] = NestedGraphAsync,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The tools that all of them may call: <c>pay</c> is unsafe, <c>put</c> idempotent, <c>look</c> pure.</summary>
    public static GatedTool[] Tools() => [new("pay"), new("put", ToolClass.Idempotent), new("look", ToolClass.Pure)];

    /// <summary>One of a format; recorded now, where it is of today's and missing.</summary>
    public static async Task<OpenExecution> ReadAsync(int format, string name)
    {
        (byte[] Journal, byte[] Definition)? recorded = null;
        var journal = await GoldenFiles.ReadAsync(format, $"open/{name}.journal", async () => (recorded ??= await RecordAsync(name)).Journal);
        var definition = await GoldenFiles.ReadAsync(format, $"open/{name}.definition.json", async () => (recorded ??= await RecordAsync(name)).Definition);
        return OpenExecution.Read(Encoding.UTF8.GetString(journal), definition);
    }

    private static async Task<(byte[] Journal, byte[] Definition)> RecordAsync(string name)
    {
        var tools = Tools();
        await using var harness = await EngineHarness.StartAsync(tools);
        return await OpenExecution.CutOffAsync(harness, await s_all[name](harness, tools));
    }

    private static async Task<ExecutionRecord> CallsInFlightAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $"name: desk\n{Model}\ntools: [pay, put, look]");
        var asked = await harness.Model.Calls.NextAsync();
        asked.Say("One moment.");
        asked.Demand("call_0", "pay", ("to", "Ada"));
        asked.Demand("call_1", "put", ("n", 1));
        asked.Demand("call_2", "look", ("n", 2));
        asked.Finish();
        await tools[0].Calls.NextAsync();
        await tools[1].Calls.NextAsync();
        (await tools[2].Calls.NextAsync()).Succeed("seen");
        await StoredAsync(harness, payload => payload is ToolFinished { Tool: "look" });
        return record;
    }

    private static async Task<ExecutionRecord> SecondCallAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $"name: desk\n{Model}\ntools: [pay]");
        await DemandAsync(harness, "pay", ("to", "Ada"));
        (await tools[0].Calls.NextAsync()).Succeed("Ada has it");
        await DemandAsync(harness, "pay", ("to", "Bob"));
        await tools[0].Calls.NextAsync();
        return record;
    }

    private static async Task<ExecutionRecord> ApprovalAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $"name: desk\n{Model}\ntools: [pay]\ntool_definitions: [{{name: pay, type: code, requires_approval: true}}]");
        await DemandAsync(harness, "pay", ("to", "Ada"));
        await harness.WaitAsync(record.Id);
        return record;
    }

    private static async Task<ExecutionRecord> ToolNodeAsksAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, """
            name: desk
            tool_definitions: [{name: pay, type: code, requires_approval: true}]
            nodes:
              - {name: send, type: tool, tool: pay, arguments: {to: "{{ state.to }}"}}
              - {name: say, type: prompt, template: "Sent: {{ state.send }}"}
            edges: [{from: send, to: say}]
            """, new { to = "Ada" });
        await harness.WaitAsync(record.Id);
        return record;
    }

    private static async Task<ExecutionRecord> ToolNodesInFlightAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, """
            name: desk
            nodes:
              - {name: send, type: tool, tool: pay, arguments: {to: "{{ state.to }}"}}
              - {name: keep, type: tool, tool: put, arguments: {to: "{{ state.to }}"}}
              - {name: say, type: prompt, template: "{{ state.send }} {{ state.keep }}"}
            edges: [{from: start, to: send}, {from: start, to: keep}, {from: send, to: say}, {from: keep, to: say}]
            """, new { to = "Ada" });
        await tools[0].Calls.NextAsync();
        await tools[1].Calls.NextAsync();
        return record;
    }

    private static async Task<ExecutionRecord> SpecialistAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $$"""
            name: desk
            {{Model}}
            tool_definitions: [{name: pay, type: code, requires_approval: true}]
            nodes:
              - {name: lead, type: orchestrator, system_prompt: Lead.}
              - {name: payer, type: specialist, description: Pays, system_prompt: Pay., tools: [pay]}
            edges: [{from: lead, to: payer, type: orchestration}]
            """);
        await DemandAsync(harness, "delegate_to_payer", ("task", "Pay Ada."));
        await DemandAsync(harness, "pay", ("to", "Ada"));
        await harness.WaitAsync(record.Id);
        return record;
    }

    private static async Task<ExecutionRecord> ToolNodeOfAnAgentAsync(EngineHarness harness, GatedTool[] tools)
    {
        var inner = EngineHarness.Define($"name: team\n{Model}\ntools: [put]");
        var outer = EngineHarness.Define("""
            name: desk
            tool_definitions: [{name: team, type: agent, config: {agent: team}}]
            nodes:
              - {name: ask, type: tool, tool: team, arguments: {task: "For {{ state.who }}"}}
              - {name: say, type: prompt, template: "Team: {{ state.ask }}"}
            edges: [{from: ask, to: say}]
            """);
        var linked = await harness.Node.Engine.LinkAsync(TenantId.Default, outer, new Catalogue(inner), Token);
        var request = new SubmitRequest { Definition = linked.Definition!, Input = JsonSerializer.SerializeToElement(new { who = "Ada" }), Thread = OpenExecution.Thread };
        var reply = await harness.Client.SubmitAsync(request, Token);
        await DemandAsync(harness, "put", ("n", 1));
        await tools[1].Calls.NextAsync();
        return reply.Value!;
    }

    private static async Task<ExecutionRecord> RetryAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $"name: desk\n{Model}\ntools: [put]");
        await DemandAsync(harness, "put", ("n", 1));
        (await tools[1].Calls.NextAsync()).Fail("busy", transient: true, retryAfterMs: 600_000);
        await StoredAsync(harness, payload => payload is AttemptFailed);
        return record;
    }

    private static async Task<ExecutionRecord> PersonAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, """
            name: desk
            nodes: [{name: ask, type: human, prompt: Well?}, {name: say, type: prompt, template: "{{ state.ask }}"}]
            edges: [{from: ask, to: say}]
            """);
        await harness.WaitAsync(record.Id);
        return record;
    }

    private static async Task<ExecutionRecord> NestedGraphAsync(EngineHarness harness, GatedTool[] tools)
    {
        var record = await SubmitAsync(harness, $$$"""
            name: desk
            {{{Model}}}
            nodes:
              - name: inner
                type: graph
                input: {to: state.to}
                output: {receipt: state.send}
                graph:
                  nodes:
                    - {name: write, type: agent, system_prompt: Write., tools: [put], writes: text}
                    - {name: send, type: tool, tool: pay, arguments: {to: "{{ state.to }}"} }
                  edges: [{from: write, to: send}]
              - {name: say, type: prompt, template: "{{ state.receipt }}"}
            edges: [{from: inner, to: say}]
            """, new { to = "Ada" });
        await DemandAsync(harness, "put", ("n", 1));
        await tools[1].Calls.NextAsync();
        return record;
    }

    private static Task<ExecutionRecord> SubmitAsync(EngineHarness harness, string definition, object? input = null) =>
        harness.SubmitAsync(definition, input, request => request with { Thread = OpenExecution.Thread });

    private static async Task DemandAsync(EngineHarness harness, string tool, (string Name, object? Value) argument)
    {
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand("call_0", tool, argument);
        asked.Finish();
    }

    private static Task<AppendRequest> StoredAsync(EngineHarness harness, Func<EntryPayload, bool> which) => harness.Node.Store.Appends.NextAsync(append =>
        append.Entries.Any(entry => which(EntryCodec.Decode(new StoredEntry(1, entry.Id, entry.Execution, 1, entry.Body)).Payload)));

    private sealed class Catalogue(AgentDefinition agent) : IAgentCatalogue
    {
        public ValueTask<AgentDefinition?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            new(name == agent.Name ? agent : null);

        public ValueTask<IReadOnlyList<AgentDefinition>> ListAsync(TenantId tenant, CancellationToken cancellationToken) => new([agent]);
    }
}
