using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>What a call is: ours to say. Vendors number their calls as they like, many of them from 0 in every answer.</summary>
[Trait("Row", "X11")]
[Trait("Row", "X12")]
public sealed class CallIdentityTests
{
    private const string Payer = """
        name: payer
        model: {provider: gated, model_name: any}
        tools: [pay]
        """;

    private const string Desk = """
        name: desk
        model: {provider: gated, model_name: any}
        nodes:
          - {name: lead, type: orchestrator, system_prompt: Lead.}
          - {name: payer, type: specialist, description: Pays, system_prompt: Pay., tools: [pay]}
        edges: [{from: lead, to: payer, type: orchestration}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Id_SameVendorIdInEveryAnswerAndScope_EachCallHasItsOwnIdAndKey()
    {
        var pay = new GatedTool("pay", ToolClass.Idempotent) { Responds = static call => call.Succeed("paid") };
        await using var harness = await EngineHarness.StartAsync([pay]);
        harness.Model.Responds = static call =>
        {
            var turn = call.Messages.Count(message => message.Role == ChatRole.Assistant);
            switch (call.System, turn)
            {
                case ("Lead.", < 2):
                    call.Demand("call_0", "delegate_to_payer", ("task", turn == 0 ? "Ada" : "Bob"));
                    break;
                case ("Pay.", 0):
                    call.Demand("call_0", "pay", ("to", call.LastText));
                    break;
            }

            call.Finish("so");
        };
        var submitted = await harness.SubmitAsync(Desk);
        var result = await harness.WaitAsync(submitted.Id);

        ToolInvocation[] paid = [await pay.Calls.NextAsync(), await pay.Calls.NextAsync()];
        Assert.True(paid[0].Has("Ada") && paid[1].Has("Bob"));
        Assert.Equal(2, paid.Select(call => call.Call.IdempotencyKey).Distinct().Count());
        Assert.Equal(4, result.ToolResults.Select(call => call.CallId).Distinct().Count());
        Assert.All(result.ToolResults, call => Assert.Matches("^call_[0-9a-f]{24}$", call.CallId));
        var answers = (await HistoryAsync(harness, submitted)).Select(entry => entry.Payload).OfType<ModelAnswered>().ToList();
        Assert.Equal(answers.Count, answers.Select(answer => answer.Message.Id).Distinct().Count());
        Assert.All(answers.SelectMany(answer => answer.Message.ToolCalls ?? []), call => Assert.Equal("call_0", call.VendorId));
    }

    [Theory]
    [InlineData("call_0")]
    [InlineData("")]
    [InlineData("\ud800")]
    public async Task Id_TwoCallsOfOneAnswerShareTheVendors_BothAreMade(string id)
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed($"paid {call.Call.Arguments.GetProperty("to")}") };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Payer);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Demand(id, "pay", ("to", "Ada"));
        asked.Demand(id, "pay", ("to", "Bob"));
        asked.Finish();
        var next = await harness.Model.Calls.NextAsync();
        next.Finish("done");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal(["paid Ada", "paid Bob"], result.ToolResults.Select(call => call.Output!.Value.GetString()));
        var calls = next.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToList();
        Assert.Equal(2, calls.Distinct().Count());
        Assert.Equal(calls, next.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(call => call.CallId));
    }

    [Fact]
    public async Task OutcomeUnknown_OfTwoCallsWithOneVendorId_EachIsAskedAbout()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Throw(new ToolOutcomeUnknownException("It broke.")) };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Payer);
        var questions = new List<Interrupt>();
        foreach (var to in new[] { "Ada", "Bob" })
        {
            var asked = await harness.Model.Calls.NextAsync();
            asked.Demand("call_0", "pay", ("to", to));
            asked.Finish();
            var question = Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
            Assert.Equal(to, question.Arguments!.Value.GetProperty("to").GetString());
            questions.Add(question);
            Assert.True((await ResumeAsync(harness, submitted.Id, $$"""{"decision": "happened", "result": "{{to}} has it"}""")).IsDone);
        }

        var last = await harness.Model.Calls.NextAsync();
        last.Finish("ok");
        await harness.WaitAsync(submitted.Id);

        Assert.Equal(["Ada has it", "Bob has it"], last.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => $"{result.Result}"));
        Assert.Equal(2, questions.Select(question => question.CallId).Distinct().Count());
    }

    [Fact]
    public async Task AuditAsync_TwoCallsWithOneVendorId_AreTwo()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Payer);
        for (var turn = 0; turn < 2; turn++)
        {
            (await harness.Model.Calls.NextAsync()).FinishWithCall("call_0", "pay");
        }

        (await harness.Model.Calls.NextAsync()).Finish("ok");
        await harness.WaitAsync(submitted.Id);

        var audited = await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token);
        Assert.Equal(2, audited.Items.Count);
        Assert.All(audited.Items, call => Assert.NotNull(call.FinishedAt));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fork_OfACall_KeepsItsIdAndItsKeyOnceItHasBegun(bool hasBegun)
    {
        var pay = new GatedTool("pay");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync(Payer, change: request => request with { Thread = "t" });
        (await harness.Model.Calls.NextAsync()).FinishWithCall("call_0", "pay");
        var original = (await pay.Calls.NextAsync()).Call;
        var at = (await HistoryAsync(harness, submitted)).Last(entry => hasBegun ? entry.Payload is ToolStarted : entry.Payload is ModelAnswered).Position;

        var fork = (await harness.Client.ForkAsync("t", at, "copy", continues: true, Token)).Value!.Execution!.Value;
        if (hasBegun)
        {
            Assert.Equal(original.CallId, Assert.Single((await harness.WaitAsync(fork)).Interrupts).CallId);
            Assert.True((await ResumeAsync(harness, fork, """{"decision": "retry"}""")).IsDone);
        }

        var copy = (await pay.Calls.NextAsync()).Call;
        Assert.Equal(original.CallId, copy.CallId);
        Assert.Equal(hasBegun, original.IdempotencyKey == copy.IdempotencyKey);
    }

    [Fact]
    public async Task Fork_OfAToolNodeThatAsks_MakesTheCallThatWasAskedAbout()
    {
        var pay = new GatedTool("pay") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var submitted = await harness.SubmitAsync("""
            name: node
            tool_definitions: [{name: pay, type: code, requires_approval: true}]
            nodes: [{name: send, type: tool, tool: pay, arguments: {to: Ada}}]
            """, change: request => request with { Thread = "t" });
        var asked = Assert.Single((await harness.WaitAsync(submitted.Id)).Interrupts);
        var at = (await harness.Client.GetThreadAsync("t", Token))!.Position;

        var fork = (await harness.Client.ForkAsync("t", at, "copy", continues: true, Token)).Value!.Execution!.Value;
        Assert.Equal(asked.CallId, Assert.Single((await harness.WaitAsync(fork)).Interrupts).CallId);
        Assert.True((await ResumeAsync(harness, fork, """{"decision": "approve"}""")).IsDone);
        await harness.WaitAsync(fork);
        Assert.True((await ResumeAsync(harness, submitted.Id, """{"decision": "approve"}""")).IsDone);
        await harness.WaitAsync(submitted.Id);

        ToolCall[] calls = [(await pay.Calls.NextAsync()).Call, (await pay.Calls.NextAsync()).Call];
        Assert.All(calls, call => Assert.Equal(asked.CallId, call.CallId));
        Assert.NotEqual(calls[0].IdempotencyKey, calls[1].IdempotencyKey);
    }

    [Fact]
    public async Task Key_CallOfAnAnswerThatWasNeverStored_IsAnotherForOtherArguments()
    {
        var put = new GatedTool("put", ToolClass.Idempotent);
        await using var harness = await EngineHarness.StartAsync([put]);
        var submitted = await harness.SubmitAsync("""
            name: lazy
            durability: exit
            model: {provider: gated, model_name: any}
            tools: [put]
            """);
        var calls = new List<ToolCall>();
        foreach (var to in new[] { "Ada", "Bob" })
        {
            var asked = await harness.Model.Calls.NextAsync();
            asked.Demand("call_0", "put", ("to", to));
            asked.Finish();
            calls.Add((await put.Calls.NextAsync()).Call);
            if (to == "Ada")
            {
                var died = harness.Node;
                await harness.AddNodeAsync();
                died.Store.Kill();
                var again = harness.Model.Calls.NextAsync(_ => true);
                await harness.AdvanceUntilAsync(again, TimeSpan.FromMinutes(1));
                harness.Model.Calls.Add(await again);
            }
        }

        Assert.Equal(calls[0].CallId, calls[1].CallId);
        Assert.NotEqual(calls[0].IdempotencyKey, calls[1].IdempotencyKey);
        Assert.Equal(submitted.Id, calls[1].Context.Execution);
    }

    private static Task<Reply<ExecutionRecord>> ResumeAsync(EngineHarness harness, ExecutionId id, string answer) =>
        harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse(answer) }, Token);

    private static Task<IReadOnlyList<Entry>> HistoryAsync(EngineHarness harness, ExecutionRecord record) =>
        harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);
}
