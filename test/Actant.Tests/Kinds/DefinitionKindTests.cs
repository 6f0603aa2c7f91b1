using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.Kinds;
using Actant.Testing.Executions;
using Actant.Testing.Kinds;
using Actant.Validation;

namespace Actant.Tests.Kinds;

/// <summary>Definitions of a kind that was added run as agents do, and only where the kind is known.</summary>
[Trait("Row", "X1")]
[Trait("Row", "C4")]
public sealed class DefinitionKindTests
{
    private const string Asking = """{"name": "claim", "stages": [{"ask": "May I?"}, {"tool": "work"}, {"say": "{{ state.s1 }}, {{ state.s2 }}"}]}""";

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submitted_ItsProcessDies_AnotherThatKnowsTheKindGoesOn()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var first = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var submitted = await SubmitAsync(first, Asking);
        await first.Client.WaitAsync(submitted.Id, Token);
        first.Kill();

        // The first node of the harness does not know the kind: it hears of the answer and leaves the thread.
        Assert.True((await harness.Client.ResumeAsync(submitted.Id, Answer("yes"), Token)).IsDone);
        await UntilLeftAsync(harness, submitted.Id);
        Assert.Equal(["kind:stages"], (await harness.Client.FindWaitAsync(submitted.Id, Token))!.Needs);
        Assert.Equal(ExecutionStatus.Running, (await harness.Client.GetRecordAsync(submitted.Id, Token))!.Status);
        var takes = harness.Node.Store.Takes.Count;
        await harness.AdvanceAsync(s_long);
        Assert.Equal(takes, harness.Node.Store.Takes.Count);

        var second = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var ended = second.Client.WaitAsync(submitted.Id, Token);
        await harness.AdvanceUntilAsync(ended, s_long);

        Assert.Equal((ExecutionStatus.Completed, "yes, done"), ((await ended).Record.Status, (await ended).Response));
    }

    [Fact]
    public async Task NotBegun_AtANodeWithoutTheKind_BeginsWhereItIsKnown()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var knowing = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var submitted = await SubmitAsync(knowing, """{"name": "short", "stages": [{"say": "Done."}]}""", start: false);
        await knowing.Engine.StopAsync(Token);

        Assert.True((await harness.Client.StartAsync(submitted.Id, Token)).IsDone);
        await UntilLeftAsync(harness, submitted.Id);

        var other = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var ended = other.Client.WaitAsync(submitted.Id, Token);
        await harness.AdvanceUntilAsync(ended, s_long);
        Assert.Equal("Done.", (await ended).Response);
    }

    [Fact]
    public async Task Submitted_InANewerFormOfItsLanguage_IsLeftToANewerRelease()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var newer = await harness.AddNodeAsync(kinds: [new StagesKind(format: 2)]);
        var submitted = await SubmitAsync(newer, """{"name": "short", "stages": [{"ask": "May I?"}, {"say": "Done."}]}""");
        await newer.Client.WaitAsync(submitted.Id, Token);
        await newer.Engine.StopAsync(Token);
        await harness.Node.Engine.StopAsync(Token);
        var older = await harness.AddNodeAsync(kinds: [new StagesKind()]);

        Assert.True((await older.Client.ResumeAsync(submitted.Id, Answer("yes"), Token)).IsDone);
        await UntilLeftAsync(harness, submitted.Id);

        Assert.Equal(["kind:stages@2"], (await older.Client.FindWaitAsync(submitted.Id, Token))!.Needs);
    }

    [Fact]
    public async Task Submit_KindThatIsNotKnown_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);

        var reply = await harness.Client.SubmitAsync(Request(Asking), Token);

        Assert.Equal(("invalid_definition", "unknown_kind"), (reply.Refusal!.Code, reply.Refusal.Errors!.Single().Code));
    }

    [Fact]
    public async Task Submit_WhatAGraphOfAnAgentCouldNotBe_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();
        var node = await harness.AddNodeAsync(kinds: [new StagesKind()]);

        var reply = await node.Client.SubmitAsync(Request("""{"name": "lost", "stages": [{"say": "{{ nowhere( }}"}, {"tool": "nothing"}]}"""), Token);

        Assert.Equal("invalid_definition", reply.Refusal!.Code);
        Assert.Equal(["$.nodes[0].template", "$.nodes[1].tool"], reply.Refusal.Errors!.Select(problem => problem.Path));
    }

    [Fact]
    public async Task Submit_SameKeyForAnAgentOfThatName_IsAConflict()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var node = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var request = Request("""{"name": "twin", "stages": [{"say": "Done."}]}""") with { IdempotencyKey = "k", Start = false };
        Assert.True((await node.Client.SubmitAsync(request, Token)).IsDone);

        var agent = request with { Definition = EngineHarness.Define("{name: twin, nodes: [{name: n, type: prompt, template: x}]}") };

        Assert.True((await node.Client.SubmitAsync(request, Token)).IsReplayed);
        Assert.Equal("idempotency_conflict", (await node.Client.SubmitAsync(agent, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Started_IsPinnedAsAnAgentIs()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var node = await harness.AddNodeAsync(kinds: [new StagesKind()]);
        var submitted = await SubmitAsync(node, Asking);
        await node.Client.WaitAsync(submitted.Id, Token);

        var started = (await node.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 100, Token)).Select(entry => entry.Payload).OfType<ExecutionStarted>().Single();

        Assert.Equal(("claim", StagesKind.Define(Asking).Hash.Value, 4), (started.Agent, started.Definition, started.Pin!.Format));
        Assert.Equal(["work"], started.Pin.Tools!.Keys);
    }

    [Fact]
    public void Stored_SaysItsKind_AndIsAnotherThanTheAgentOfThatSource()
    {
        var stages = StagesKind.Define(Asking);
        var stored = DefinitionDocument.Write(stages);

        Assert.Equal((4, "stages", 1), DefinitionDocument.HeadOf(stored));
        Assert.Equal(stages.Hash, DefinitionDocument.Read(stored, new StagesKind().ReadStored).Hash);
        Assert.NotEqual(CanonicalJson.HashOf(stages.Source), stages.Hash);
        Assert.Equal((2, "agent", 1), DefinitionDocument.HeadOf(DefinitionDocument.Write(EngineHarness.Define("name: a\nmodel: scripted"))));
    }

    [Fact]
    public async Task Validate_AsksTheKind()
    {
        await using var harness = await EngineHarness.StartAsync([Tool()]);
        var node = await harness.AddNodeAsync(kinds: [new StagesKind()]);

        var problem = Assert.Single(node.Engine.Validate(StagesKind.Define("""{"name": "a", "stages": [{"tool": "nothing"}, {"tool": "work"}]}""")));

        Assert.Equal("$.stages[0].tool", problem.Path);
        Assert.Equal("unknown_kind", Assert.Single(harness.Node.Engine.Validate(StagesKind.Define(Asking))).Code);
    }

    [Fact]
    public void AgentKind_ReadsAndValidates_AllProblemsAtOnce()
    {
        var problems = new ProblemList();
        var kind = new DefinitionKinds(null).Find("agent")!;

        var read = kind.Read(JsonElement.Parse("""{"name": "a", "colour": "red", "nodes": [{"name": "n", "type": "tool", "tool": "nothing"}]}"""), null, problems);
        Assert.Equal(["$.colour"], problems.Items.Select(problem => problem.Path));
        kind.Validate(read!, new DefinitionContext(), problems);

        Assert.Equal(["$.colour", "$.nodes[0].tool"], problems.Items.Select(problem => problem.Path));
        Assert.Same(((AgentDefinition)read!).Graph, kind.Compile(read));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("Stages")]
    [InlineData("two words")]
    [InlineData("")]
    public void Kinds_NameThatIsTakenOrNone_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new DefinitionKinds([new Named(name)]));

    private static GatedTool Tool() => new("work", ToolClass.Pure) { Responds = static call => call.Succeed("done") };

    private static ResumeRequest Answer(string text) => new() { Answer = JsonSerializer.SerializeToElement(text) };

    private static SubmitRequest Request(string document) => new() { Definition = StagesKind.Define(document), Input = JsonSerializer.SerializeToElement("go") };

    private static async Task<Actant.Storage.ExecutionRecord> SubmitAsync(EngineNode node, string document, bool start = true)
    {
        var reply = await node.Client.SubmitAsync(Request(document) with { Start = start }, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value;
    }

    private static async Task UntilLeftAsync(EngineHarness harness, ExecutionId id)
    {
        while (await harness.Client.FindWaitAsync(id, Token) is not { Needs.Count: > 0 })
        {
            await harness.AdvanceAsync(TimeSpan.FromSeconds(1));
        }
    }

    private sealed class Named(string name) : IDefinitionKind
    {
        public string Name => name;

        public Definition? Read(JsonElement document, string? fallbackName, ProblemList problems) => null;

        public void Validate(Definition definition, DefinitionContext context, ProblemList problems)
        {
            // Nothing is wrong.
        }

        public Definition? ReadStored(JsonElement source) => null;

        public GraphDefinition Compile(Definition definition) => throw new DefinitionException([]);
    }
}
