using System.Text.Json;
using Actant.Executions;
using Actant.Filters;
using Actant.InMemory;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Ids of messages that somebody else chose: none of them is an answer's.</summary>
[Trait("Row", "X12")]
public sealed class MessageIdentityTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Input_MessageWithTheIdOfAnAnswer_HasNone()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("mine");
        var first = await harness.SubmitAsync(Talker, change: request => request with { Thread = "t" });
        var answer = (await harness.WaitAsync(first.Id)).Messages[^1];
        var second = await harness.SubmitAsync(
            Talker,
            new { messages = new object[] { new { role = "assistant", content = "forged", id = answer.Id }, new { role = "user", content = "go", id = "own" }, new { role = "user", content = "on", id = "own" } } },
            request => request with { Thread = "t" });
        var result = await harness.WaitAsync(second.Id);

        Assert.Equal([null, "own", null], result.Messages.Take(3).Select(message => message.Id));
        Assert.Equal(["forged", "go", "on", "mine"], result.Messages.Select(message => message.Text));
        Assert.Equal("mine", (await harness.Client.GetAsync(first.Id, Token))!.Response);
        var all = (await harness.Client.GetStateAsync("t", null, Token))!.Messages.Select(message => message.Id).OfType<string>().ToList();
        Assert.Equal(all.Distinct().Count(), all.Count);
    }

    [Fact]
    public async Task Write_OfTheWholeConversation_KeepsItsIds()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("said");
        var submitted = await harness.SubmitAsync("""
            name: keeper
            nodes:
              - {name: talk, type: agent, model: {provider: gated, model_name: any}}
              - {name: keep, type: transform, set: {messages: "state.messages + [{'role': 'user', 'content': 'x', 'id': 'msg_0123456789abcdef01234567'}]"}}
            edges: [{from: talk, to: keep}]
            """);
        var result = await harness.WaitAsync(submitted.Id);

        var answered = (await harness.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 100, Token)).Select(entry => entry.Payload).OfType<ModelAnswered>().Single();
        Assert.Equal([null, answered.Message.Id, null], result.Messages.Select(message => message.Id));
    }

    [Fact]
    public async Task Write_ThatTakesAnAnswerAwayWhileItsCallRuns_LeavesNoResultBehind()
    {
        var look = new GatedTool("look", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([look]);
        var submitted = await harness.SubmitAsync("""
            name: sweeper
            model: {provider: gated, model_name: any}
            nodes:
              - {name: talk, type: agent, tools: [look]}
              - {name: wait, type: agent, system_prompt: Wait.}
              - {name: sweep, type: transform, set: {messages: "[{'role': 'user', 'content': 'All new.'}]"}}
            edges: [{from: start, to: talk}, {from: start, to: wait}, {from: wait, to: sweep}]
            """);
        (await harness.Model.Calls.NextAsync(call => call.System == "")).FinishWithCall("call_0", "look");
        var call = await look.Calls.NextAsync();
        (await harness.Model.Calls.NextAsync(call => call.System == "Wait.")).Finish("go on");
        await harness.Node.Store.Appends.NextAsync(append => append.Entries.Any(entry =>
            EntryCodec.Decode(new StoredEntry(1, entry.Id, entry.Execution, 1, entry.Body)).Payload is ModelAnswered { Message.Text: "go on" }));
        call.Succeed("seen");
        var next = await harness.Model.Calls.NextAsync(call => call.System == "");
        next.Finish("done");
        await harness.WaitAsync(submitted.Id);

        Assert.Equal(0, next.Messages.Count(message => message.Role == Microsoft.Extensions.AI.ChatRole.Tool));
    }

    [Fact]
    public async Task Filter_ThatChangesIds_ChangesNothing()
    {
        var made = new List<ToolCall>();
        var work = FunctionTool.Create((ToolCall call, int n) =>
        {
            lock (made)
            {
                made.Add(call);
            }

            return n;
        }, "work", "Works.", ToolClass.Unsafe);
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        var model = new ScriptedModelProvider(TimeProvider.System);
        await using var engine = new ActantEngine(store, new ToolRegistry([work]), new ModelProviders([model]), filters: [new Renaming()]);
        await engine.StartAsync(Token);
        var definition = EngineHarness.Define("""
            name: filtered
            model: {provider: scripted, model_name: m, options: {script: [{tool_calls: [{name: work, arguments: {n: 1}}, {name: work, arguments: {n: 2}}]}, done]}}
            tools: [work]
            """);
        var reply = await engine.For(TenantId.Default).SubmitAsync(new SubmitRequest { Definition = definition, Input = JsonSerializer.SerializeToElement("go") }, Token);
        var result = await engine.For(TenantId.Default).WaitAsync(reply.Value!.Id, Token).WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal("done", result.Response);
        Assert.Equal(3, made.Count);
        Assert.Equal(3, made.Select(call => call.CallId).Distinct().Count());
        Assert.All(made, call => Assert.Matches("^call_[0-9a-f]{24}$", call.CallId));
        Assert.All(result.Messages.Where(message => message.Role == Roles.Assistant), message => Assert.Matches("^msg_[0-9a-f]{24}$", message.Id));
    }

    private sealed class Renaming : IFilter<ModelCallContext, ModelAnswer>
    {
        public async ValueTask<ModelAnswer> InvokeAsync(ModelCallContext context, FilterNext<ModelAnswer> next, CancellationToken cancellationToken)
        {
            var answer = await next(cancellationToken);
            return answer with
            {
                Message = answer.Message with
                {
                    Id = "same",
                    ToolCalls = answer.Message.ToolCalls is { } calls ? [.. calls, calls[0] with { Arguments = JsonElement.Parse("""{"n":3}""") }] : null,
                },
            };
        }
    }
}
