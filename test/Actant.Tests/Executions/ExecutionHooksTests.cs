using System.Collections.Concurrent;
using System.Text.Json;
using Actant.Events;
using Actant.Executions;
using Actant.Filters;
using Actant.InMemory;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

[Trait("Row", "L2")]
public sealed class ExecutionHooksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hooks_OnTheirWay_SeeAndChangeEverythingBeforeItIsStored()
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("secret result") };
        await using var setup = new Setup(new Redaction(), send);
        var id = await setup.SubmitAsync("a secret input");
        var asked = await setup.Model.Calls.NextAsync();
        Assert.Equal("a *** input", asked.LastText);
        asked.Demand("a", "send", ("to", "secret"));
        asked.Say("my sec");
        asked.Finish("ret");
        var next = await setup.Model.Calls.NextAsync();
        next.Finish("done");
        var result = await setup.Client.WaitAsync(id, Token);

        Assert.Equal("""{"to":"***"}""", (await send.Calls.NextAsync()).Call.Arguments.GetRawText());
        Assert.Equal(["a *** input", "my ***", "*** result", "done"], result.Messages.Select(message => message.Text));
        var history = await setup.Client.GetHistoryAsync(result.Record.Thread.Thread, 1, 500, Token);
        Assert.Equal("""{"to":"***"}""", Assert.Single(history.Select(entry => entry.Payload).OfType<ToolStarted>()).Arguments.GetRawText());
        var deltas = new List<string>();
        await foreach (var item in setup.Client.EventsAsync(id, null, Token))
        {
            deltas.AddRange(item is StreamEvent.Delta delta ? [delta.Piece.Text] : []);
        }

        Assert.DoesNotContain("sec", string.Concat(deltas), StringComparison.Ordinal);
        Assert.Equal(
            ["input", "reserve", "delta", "delta", "delta end", "answer", "settle 3", "arguments", "result", "reserve", "delta", "delta end", "answer", "settle 3"],
            setup.Hooks.Seen);
    }

    [Fact]
    public async Task ReserveAndSettle_FailedCalls_AreSettledToo()
    {
        await using var setup = new Setup(new Redaction());
        var id = await setup.SubmitAsync("go");
        var call = await setup.Model.Calls.NextAsync();
        call.Say("half");
        call.Fail("model_rejected", transient: false);
        var result = await setup.Client.WaitAsync(id, Token);

        Assert.Equal("model_rejected", result.Record.Failure!.Code);
        Assert.Equal(["input", "reserve", "delta", "settle 0"], setup.Hooks.Seen);
    }

    [Theory]
    [InlineData("input")]
    [InlineData("reserve")]
    [InlineData("answer")]
    [InlineData("arguments")]
    [InlineData("result")]
    public async Task Hook_Refuses_NothingOfItPasses(string where)
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("secret result") };
        await using var setup = new Setup(new Redaction { Refuses = where }, send);
        setup.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.Demand("a", "send");
            }

            call.Finish("secret text");
        };
        if (where == "input")
        {
            var reply = await setup.TrySubmitAsync("go");
            Assert.Equal("refused", reply.Refusal!.Code);
            Assert.Empty((await setup.Client.ListThreadsAsync(null, 10, Token)).Items);
            return;
        }

        var result = await setup.Client.WaitAsync(await setup.SubmitAsync("go"), Token);
        var history = await setup.Client.GetHistoryAsync(result.Record.Thread.Thread, 1, 500, Token);
        Assert.DoesNotContain(history, entry => entry.Payload is ModelAnswered or ToolFinished && EntryText(entry).Contains("secret", StringComparison.Ordinal));
        if (where is "arguments" or "result")
        {
            Assert.Equal("refused", Assert.Single(result.ToolResults).Failure!.Code);
            Assert.Equal(where == "result" ? 1 : 0, send.Calls.Count);
        }
        else
        {
            Assert.Equal("refused", result.Record.Failure!.Code);
            Assert.Equal(where == "answer" ? "settle 3" : "reserve", setup.Hooks.Seen[^1]);
        }
    }

    [Fact]
    public async Task ArgumentsHook_TakesItsTime_DoesNotHoldUpACancel()
    {
        var send = new GatedTool("send");
        var hooks = new Redaction { Pause = new TaskCompletionSource() };
        await using var setup = new Setup(hooks, send);
        var id = await setup.SubmitAsync("go");
        var asked = await setup.Model.Calls.NextAsync();
        asked.Demand("a", "send");
        asked.Finish();
        await hooks.Paused.Task.WaitAsync(EngineHarness.Patience, Token);
        var waiting = setup.Client.WaitAsync(id, Token);
        Assert.True((await setup.Client.CancelAsync(id, null, Token)).IsDone);
        hooks.Pause.SetResult();

        Assert.Equal(ExecutionStatus.Cancelled, (await waiting.WaitAsync(EngineHarness.Patience, Token)).Record.Status);
        Assert.Equal(0, send.Calls.Count);
    }

    [Theory]
    [InlineData("arguments", 0)]
    [InlineData("result", 1)]
    [InlineData("answer", 0)]
    [InlineData("reserve", 0)]
    [InlineData("delta", 0)]
    public async Task Hook_RunsOutOfItsOwnTime_FailsTheStepOnce(string where, int calls)
    {
        var send = new GatedTool("send", ToolClass.Idempotent) { Responds = static call => call.Succeed("done") };
        await using var setup = new Setup(new Redaction { TimesOut = where }, send);
        setup.Model.Responds = static call =>
        {
            if (call.Messages.Count == 1)
            {
                call.Demand("a", "send");
            }

            call.Finish("text");
        };

        var result = await setup.Client.WaitAsync(await setup.SubmitAsync("go"), Token).WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal("filter_failed", result.Record.Failure?.Code ?? Assert.Single(result.ToolResults).Failure!.Code);
        Assert.Equal(calls, send.Calls.Count);
        Assert.Equal(1, setup.Hooks.Seen.Count(seen => seen == where));
    }

    [Theory]
    [InlineData("reserve")]
    [InlineData("arguments")]
    [InlineData("result")]
    public async Task Hook_RefusesForTheWholeExecution_NoErrorStrategyLeadsAround(string where)
    {
        var send = new GatedTool("send") { Responds = static call => call.Succeed("done") };
        await using var setup = new Setup(new Redaction { Refuses = where, EndsExecution = true }, send) { Nodes = "nodes: [{name: main, type: agent, tools: [send], on_error: continue}]" };
        setup.Model.Responds = static call =>
        {
            call.Demand("a", "send");
            call.Finish("text");
        };

        var result = await setup.Client.WaitAsync(await setup.SubmitAsync("go"), Token).WaitAsync(EngineHarness.Patience, Token);

        Assert.Equal("refused", result.Record.Failure?.Code);
    }

    private static string EntryText(Entry entry) => System.Text.Encoding.UTF8.GetString(EntryCodec.Encode(entry).Entry.Body.Span);

    private sealed class Setup : IAsyncDisposable
    {
        private readonly InMemoryStore _store = new(TimeProvider.System, new SequentialIdGenerator(2));
        private readonly ActantEngine _engine;
        private readonly string _agent;

        public Setup(Redaction hooks, params Tool[] tools)
        {
            Hooks = hooks;
            _agent = $"name: hooked\nmodel: {{provider: gated, model_name: any}}\ntools: [{string.Join(", ", tools.Select(tool => tool.Name))}]";
            _engine = new ActantEngine(_store, new ToolRegistry(tools), new ModelProviders([Model]), hooks: hooks, ids: new SequentialIdGenerator(1));
        }

        public Redaction Hooks { get; }

        public string Nodes { get; init; } = "";

        public GatedModel Model { get; } = new();

        public ExecutionClient Client => _engine.For(TenantId.Default);

        public async Task<ExecutionId> SubmitAsync(string input) => (await TrySubmitAsync(input)).Value!.Id;

        public async Task<Reply<ExecutionRecord>> TrySubmitAsync(string input)
        {
            await _engine.StartAsync(Token);
            return await Client.SubmitAsync(EngineHarness.Request(Nodes.Length == 0 ? _agent : $"name: hooked\nmodel: {{provider: gated, model_name: any}}\n{Nodes}", input), Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _engine.DisposeAsync();
            await _store.DisposeAsync();
        }
    }

    /// <summary>Takes a word out of everything; of deltas it holds back what might be its beginning.</summary>
    private sealed class Redaction : ExecutionHooks
    {
        private const string Word = "secret";
        private readonly ConcurrentDictionary<string, string> _held = [];
        private readonly ConcurrentQueue<string> _seen = [];

        public string? Refuses { get; init; }

        public bool EndsExecution { get; init; }

        public string? TimesOut { get; init; }

        public TaskCompletionSource? Pause { get; init; }

        public TaskCompletionSource Paused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<string> Seen => [.. _seen];

        public override ValueTask<JsonElement> OnInputAsync(TenantId tenant, JsonElement input, CancellationToken cancellationToken)
        {
            See("input");
            return new(Redact(input));
        }

        public override async ValueTask<JsonElement> OnToolArgumentsAsync(ToolContext context, string tool, JsonElement arguments, CancellationToken cancellationToken)
        {
            See("arguments");
            Paused.TrySetResult();
            await (Pause?.Task ?? Task.CompletedTask);
            return Redact(arguments);
        }

        public override ValueTask<ToolResult> OnToolResultAsync(ToolContext context, string tool, ToolResult result, CancellationToken cancellationToken)
        {
            See("result");
            return new(result.Output is { } output ? ToolResult.Succeeded(Redact(output)) : result);
        }

        public override ValueTask<Message> OnAnswerAsync(ToolContext context, Message answer, CancellationToken cancellationToken)
        {
            See("answer");
            return new(answer);
        }

        public override ValueTask<string> OnDeltaAsync(ToolContext context, string messageId, string text, CancellationToken cancellationToken)
        {
            See(text.Length == 0 ? "delta end" : "delta");
            var all = (_held.GetValueOrDefault(messageId, "") + text).Replace(Word, "***", StringComparison.Ordinal);
            var keep = text.Length == 0 ? 0 : Enumerable.Range(0, Word.Length).Last(length => all.EndsWith(Word[..length], StringComparison.Ordinal));
            _held[messageId] = all[^keep..];
            return new(all[..^keep]);
        }

        public override ValueTask ReserveAsync(ToolContext context, ModelCallEstimate estimate, CancellationToken cancellationToken)
        {
            See("reserve");
            return ValueTask.CompletedTask;
        }

        public override ValueTask SettleAsync(ToolContext context, ModelCallEstimate estimate, Usage usage, decimal costUsd, CancellationToken cancellationToken)
        {
            See($"settle {usage.Total}");
            return ValueTask.CompletedTask;
        }

        private static JsonElement Redact(JsonElement value) => JsonElement.Parse(value.GetRawText().Replace(Word, "***", StringComparison.Ordinal));

        private void See(string what)
        {
            _seen.Enqueue(what);
            if (what == Refuses)
            {
                throw new HookRefusedException(new Failure { Code = "refused", Message = "No." }) { EndsExecution = EndsExecution };
            }

            if (what == TimesOut)
            {
                throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout");
            }
        }
    }
}
