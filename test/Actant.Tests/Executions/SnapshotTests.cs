using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.InMemory;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Tools;

namespace Actant.Tests.Executions;

public sealed class SnapshotTests : IAsyncDisposable
{
    private const string Thread = "long";
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;
    private static readonly AgentDefinition s_agent = DefinitionReader.Read("""
        {"name": "a", "model": {"provider": "scripted", "model_name": "calculator"}, "tools": {"calculator": true}}
        """u8.ToArray()).Definition!;

    private readonly InMemoryStore _store = new(TimeProvider.System, IdGenerator.System);

    [Fact]
    public async Task Execute_ManyShortTurns_SnapshotsTheThread()
    {
        await TalkAsync(turns: 3);

        var snapshot = await _store.ReadSnapshotAsync(new ThreadKey(TenantId.Default, Thread), long.MaxValue, s_token);

        Assert.NotNull(snapshot);
        Assert.Equal(24, snapshot.Position);
        Assert.Equal(12, ThreadSnapshots.Read(snapshot.Content.Span).Root.Messages.Count);
    }

    [Fact]
    public async Task Execute_OnASnapshotOfAnotherProcess_GoesOnWithTheConversation()
    {
        await TalkAsync(turns: 3);
        await TalkAsync(turns: 1);

        var entries = await new ThreadLoader(_store).ReadAsync(new ThreadKey(TenantId.Default, Thread), 1, long.MaxValue, s_token);
        var asked = entries.Select(entry => entry.Payload).OfType<ModelAnswered>().Select(answered => answered.Request.Messages);

        Assert.Equal([1, 3, 5, 7, 9, 11, 13, 15], asked);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    /// <summary>Turns of 8 entries and 4 messages each, in a process of their own.</summary>
    private async Task TalkAsync(int turns)
    {
        await using var engine = new ActantEngine(
            _store,
            new ToolRegistry([]),
            new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]),
            new EngineOptions { SnapshotEntries = 10 });
        await engine.StartAsync(s_token);
        var client = engine.For(TenantId.Default);
        for (var i = 0; i < turns; i++)
        {
            var reply = await client.SubmitAsync(new SubmitRequest { Definition = s_agent, Input = JsonElement.Parse("\"What is 1 + 1?\""), Thread = Thread }, s_token);
            await client.WaitAsync(reply.Value!.Id, s_token);
        }
    }
}
