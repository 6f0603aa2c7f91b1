using System.Collections.Concurrent;
using Actant.Events;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Events;

/// <summary>Who hears what the loops of a process publish.</summary>
[Trait("Row", "I4")]
public sealed class ObserverTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Observer_OfALoop_HearsWhatReadersHearAndWhenToolsBegin()
    {
        var (observer, tool) = (new Observer(), new GatedTool("look", ToolClass.Pure));
        await using var application = await Application.StartAsync([observer], tool);
        var id = await application.SubmitAsync($"{Talker}\ntools: [look]", "t");
        var call = await application.Model.Calls.NextAsync();
        call.Say("Hm.");
        await observer.UntilAsync("delta Hm.");
        call.FinishWithCall("a", "look");
        await observer.UntilAsync("tool look");
        (await tool.Calls.NextAsync()).Succeed();
        (await application.Model.Calls.NextAsync()).Finish("So.");
        await application.WaitAsync(id);
        await observer.UntilAsync("left t");

        Assert.Equal(
            ["taken", "input_received", "execution_started", "delta Hm.", "model_answered", "tool look", "tool_finished", "delta So.", "model_answered", "execution_completed", "left t"],
            observer.Heard.Where(static what => what != "node_finished"));
    }

    [Fact]
    public async Task Observer_ThatFails_HarmsNeitherTheExecutionNorOthers()
    {
        var observer = new Observer();
        await using var application = await Application.StartAsync([new Broken(), observer]);
        var id = await application.SubmitAsync(Talker, "t");
        (await application.Model.Calls.NextAsync()).Finish("said");

        Assert.Equal("said", (await application.WaitAsync(id)).Response);
        await observer.UntilAsync("left t");
        Assert.Contains("delta said", observer.Heard);
        Assert.InRange(application.Log.Written.Count(static line => line.Text.Contains("Broken failed", StringComparison.Ordinal)), 1, 5);
    }

    [Fact]
    public async Task Always_EveryEndOfEveryTenant_IsDeliveredThereToo()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.Deliveries.Always = [new DeliveryTarget { Url = "test:always" }]);

        var record = await harness.SubmitAsync("""{name: echo, nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""");
        var message = await harness.Sender.Tries.NextAsync();

        Assert.Equal(("test:always", record.Id, DeliveryEvents.Completed), (message.Destination, message.Execution, message.Event));
        Assert.Null((await harness.Client.GetAsync(record.Id, Token))!.Record.Tags?.DeliverTo);
    }

    private sealed class Observer : IThreadObserver
    {
        private readonly ConcurrentQueue<string> _heard = [];

        public IReadOnlyList<string> Heard => [.. _heard];

        public void Published(ThreadKey thread, StreamEvent item) => _heard.Enqueue(item switch
        {
            StreamEvent.Stored stored => stored.Entry.Payload.Kind,
            StreamEvent.DeltaPublished published => $"delta {published.Delta.Text}",
            _ => "restart",
        });

        public void ToolStarts(ThreadKey thread, ToolStart call) => _heard.Enqueue($"tool {call.Tool}");

        public void Left(ThreadKey thread) => _heard.Enqueue($"left {thread.Thread}");

        public async Task UntilAsync(string what)
        {
            for (var tries = 0; !_heard.Contains(what); tries++)
            {
                Assert.True(tries < 6000, $"{what} was not heard, but: {string.Join(", ", _heard)}");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
            }
        }
    }

    private sealed class Broken : IThreadObserver
    {
        public void Published(ThreadKey thread, StreamEvent item) => throw new InvalidOperationException("broken");

        public void ToolStarts(ThreadKey thread, ToolStart call) => throw new InvalidOperationException("broken");

        public void Left(ThreadKey thread) => throw new InvalidOperationException("broken");
    }

    private sealed class Application(ServiceProvider services) : IAsyncDisposable
    {
        public GatedModel Model { get; } = services.GetServices<IModelProvider>().OfType<GatedModel>().Single();

        public LogLines Log { get; } = (LogLines)services.GetRequiredService<ILoggerFactory>();

        private ExecutionClient Client => services.GetRequiredService<ActantEngine>().For(TenantId.Default);

        public static async Task<Application> StartAsync(IThreadObserver[] observers, params Tool[] tools)
        {
            var collection = new ServiceCollection();
            collection.AddSingleton<ILoggerFactory>(new LogLines()).AddSingleton<IModelProvider>(new GatedModel());
            var actant = collection.AddActant();
            Array.ForEach(observers, observer => actant.AddThreadObserver(_ => observer));
            Array.ForEach(tools, tool => actant.AddTool(tool));
            var services = collection.BuildServiceProvider();
            await services.GetRequiredService<ActantEngine>().StartAsync(Token);
            return new Application(services);
        }

        public async Task<ExecutionId> SubmitAsync(string definition, string thread)
        {
            var reply = await Client.SubmitAsync(EngineHarness.Request(definition) with { Thread = thread }, Token);
            Assert.True(reply.IsDone, reply.Refusal?.ToString());
            return reply.Value.Id;
        }

        public Task<ExecutionResult> WaitAsync(ExecutionId id) => Client.WaitAsync(id, Token).WaitAsync(EngineHarness.Patience, Token);

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
