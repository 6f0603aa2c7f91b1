using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Testing.Executions;
using Actant.Tests.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Definitions;

/// <summary>What an execution began with is what it goes on with: stored definitions are read for ever, and say what else decided.</summary>
[Trait("Row", "X1")]
[Trait("Row", "A1")]
public sealed class StoredDefinitionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, "tool-node-of-an-agent")]
    [InlineData(1, "specialist-that-asks")]
    [InlineData(2, "tool-node-of-an-agent")]
    public async Task Read_DocumentOfEachFormat_HasTheHashThatItWasPinnedWith(int format, string name)
    {
        var open = await OpenExecutions.ReadAsync(format, name);

        var agent = DefinitionDocument.Read(open.Definition, DefinitionReader.ReadStored);

        Assert.Equal((format, open.All<ExecutionStarted>().Single().Definition), (DefinitionDocument.HeadOf(open.Definition).Format, agent.Hash.Value));
        Assert.Equal(agent.Hash, DefinitionDocument.Read(DefinitionDocument.Write(agent), DefinitionReader.ReadStored).Hash);
    }

    [Theory]
    [InlineData("{name: a, type: agent, model: scripted}", "", 2)]
    [InlineData("{name: a, type: wait, for_ms: 1}", "", 3)]
    [InlineData("{name: a, type: agent, model: scripted, sees: last}", "", 5)]
    [InlineData("{name: a, type: agent, model: scripted, sees: {x: input}}", "", 5)]
    [InlineData("{name: a, type: graph, graph: {nodes: [{name: b, type: agent, model: scripted, sees: input}]}}", "", 5)]
    [InlineData("{name: a, type: agent, model: scripted, max_iterations: 2, on_limit: leave}", ", {from: start, to: a}, {from: a, to: a, condition: 'true'}", 5)]
    [InlineData("{name: a, type: agent, model: scripted}", ", {from: a, to: z, condition: 'true'}, {from: a, to: end, type: else}", 5)]
    public void Write_Definition_IsOfTheOldestFormatThatCanSayIt(string node, string edges, int format)
    {
        var definition = EngineHarness.Define($"name: x\nnodes: [{node}, {{name: y, type: prompt, template: y}}, {{name: z, type: prompt, template: z}}]\nedges: [{{from: y, to: z}}{edges}]");

        Assert.Equal(format, DefinitionDocument.HeadOf(DefinitionDocument.Write(definition)).Format);
    }

    [Fact]
    public void Read_WhatTheReaderRefusesToday_IsReadWithoutIt()
    {
        const string source = """{"name":"old","retired":{"a":1},"limits":{"max_steps":"many","retired":2},"nodes":[{"name":"n","type":"prompt","template":"x","colour":"red"}]}""";
        Assert.NotEmpty(DefinitionReader.Read(JsonElement.Parse(source)).Problems);

        var agent = (AgentDefinition)DefinitionDocument.Read(Encoding.UTF8.GetBytes($$"""{"source":{{source}},"retired":true}"""), DefinitionReader.ReadStored);

        Assert.Equal(("old", "n", new LimitsDefinition().MaxSteps), (agent.Name, agent.Graph.Nodes.Single().Name, agent.Limits.MaxSteps));
    }

    [Theory]
    [InlineData("""{"source":[]}""")]
    [InlineData("""{"kind":"agent","source":7}""")]
    public void Read_NoDefinitionOfOurs_SaysWhy(string document)
    {
        var exception = Assert.Throws<DefinitionException>(() => DefinitionDocument.Read(Encoding.UTF8.GetBytes(document), DefinitionReader.ReadStored));

        Assert.Equal("document_syntax", exception.Problems.Single().Code);
    }

    [Theory]
    [InlineData("""{"format":6,"source":{"name":"new","nodes":[]}}""", "definition_format:6")]
    [InlineData("""{"format":4,"kind":"unheard-of","source":{}}""", "kind:unheard-of")]
    public async Task OpenExecution_ItsDefinitionIsOfAnotherRelease_IsLeftToOne(string document, string need)
    {
        var open = await OpenExecutions.ReadAsync(1, "person-is-asked");
        await using var harness = await EngineHarness.StartAsync();
        await (open with { Definition = Encoding.UTF8.GetBytes(document) }).RestoreAsync(harness.Store);

        Assert.True((await harness.Client.ResumeAsync(open.Id, new ResumeRequest { Answer = JsonElement.Parse("\"Fine.\"") }, Token)).IsDone);
        var left = harness.Client.FindWaitAsync(open.Id, Token);
        while (await left is not { Needs.Count: > 0 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Token);
            left = harness.Client.FindWaitAsync(open.Id, Token);
        }

        Assert.Equal([need], (await left)!.Needs);
    }

    [Fact]
    public async Task OpenExecution_ItsDefinitionWouldBeRefusedToday_GoesOn()
    {
        var open = await OpenExecutions.ReadAsync(1, "person-is-asked");
        var definition = Encoding.UTF8.GetString(open.Definition).Replace("\"prompt\":", "\"retired\":[1],\"prompt\":", StringComparison.Ordinal);
        Assert.Contains("retired", definition, StringComparison.Ordinal);
        await using var harness = await EngineHarness.StartAsync();
        await (open with { Definition = Encoding.UTF8.GetBytes(definition) }).RestoreAsync(harness.Store);

        var answer = new ResumeRequest { Answer = JsonElement.Parse("\"Fine.\"") };
        Assert.True((await harness.Client.ResumeAsync(open.Id, answer, Token)).IsDone);

        Assert.Equal("Fine.", (await harness.WaitAsync(open.Id)).Response);
    }

    [Fact]
    public async Task Started_SaysWhatElseDecides()
    {
        var look = new GatedTool("look", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([look], models: [new GivenModelProvider(GivenModelProvider.DefaultName, new Named()), new Settled()]);
        var submitted = await harness.SubmitAsync("""
            name: pinned
            nodes:
              - {name: ask, type: agent, tools: [look, calculator]}
              - {name: more, type: agent, model: {provider: settled, model_name: m}}
            edges: [{from: ask, to: more}]
            """);
        await harness.WaitAsync(submitted.Id);

        var pin = (await harness.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 100, Token)).Select(entry => entry.Payload).OfType<ExecutionStarted>().Single().Pin!;
        Assert.Equal((2, "vendor/m-7"), (pin.Format, pin.DefaultModel));
        Assert.Equal(["look"], pin.Tools!.Keys);
        Assert.Equal(["settled"], pin.Providers!.Keys);
        Assert.Matches("^[0-9a-f]{16}$", pin.Providers["settled"]);
    }

    private sealed class Settled : IModelProvider
    {
        public string Name => "settled";

        public string Settings => "https://models.test/v1";

        public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => [];

        public IChatClient Create(ModelDefinition model) => new Named();
    }

    private sealed class Named : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Yes.")));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            new[] { new ChatResponseUpdate(ChatRole.Assistant, "Yes.") }.ToAsyncEnumerable();

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("vendor", defaultModelId: "m-7") : null;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
