using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Testing.Storage;

/// <summary>What an earlier release left behind: kept as rows beside the tests of each store, made once by <see cref="FillAsync"/>.</summary>
public static class EarlierRelease
{
    private const string Ask = "name: ask\nnodes:\n  - {name: ask, type: human, prompt: May I?}\n";
    private const string Echo = "name: echo\nnodes:\n  - {name: say, type: prompt, template: \"You said {{ input }}\"}\n";

    /// <summary>A clock that goes on where the kept rows were made: their deadlines have not passed.</summary>
    public static TimeProvider NewClock() => new ShiftedTimeProvider(new DateTimeOffset(2026, 11, 29, 17, 20, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BlobHash Blob => BlobHash.Of("a blob"u8);

    /// <summary>Makes what is kept. Only ever run by the release that it is of.</summary>
    public static async Task FillAsync(IActantStore store)
    {
        await using (var engine = await StartAsync(store, TimeProvider.System))
        {
            var client = engine.For(TenantId.Default);
            await WaitAsync(client, await SubmitAsync(client, Echo, "hello", "short"));
            await client.ForkAsync("short", 2, "fork", continues: false, Token);
            var asked = await SubmitAsync(client, Ask, "x", "asked", request => request with { IdempotencyKey = "key" });
            await WaitAsync(client, asked);
            foreach (var input in (string[])["one", "two", "three"])
            {
                await SubmitAsync(client, Echo, input, "asked", request => request with { WhenBusy = BusyStrategy.Enqueue });
            }

            await SubmitAsync(client, Echo, "later", "held", request => request with { Start = false });
        }

        var tenant = store.For(TenantId.Default);
        var thread = new ThreadKey(TenantId.Default, "short");
        await store.WriteSnapshotAsync(thread, new StoredSnapshot(1, 999, Bytes("a snapshot")), Token);
        await store.WriteBlobAsync(thread, Blob, Bytes("a blob"), Token);
        await tenant.Records.WriteAsync(new RecordWrite { Kind = "kind", Id = "id", Name = "name", ExpectedVersion = 0, Body = Bytes("record") }, Token);
        await tenant.SetShareAsync(new TenantShare { Weight = 7 }, Token);

        // A node that died while it ran something and had something to send.
        var session = (await store.OpenSessionAsync(new OpenSession("dead", TimeSpan.FromSeconds(10)), Token)).Id;
        var definition = Define(Echo);
        var lease = (await tenant.SubmitAsync([new Submission
        {
            Id = new ExecutionId(Guid.NewGuid()),
            Thread = "left",
            Agent = definition.Name,
            Definition = definition.Hash,
            Input = Bytes("{\"input\":\"left\"}"),
            LeaseTo = new TakeRequest { Session = session, Max = 1, TakenBody = EntryCodec.Taken(DateTimeOffset.UtcNow), Format = 1 },
        }], Token))[0].Lease!;
        await store.AppendAsync(new AppendRequest
        {
            Thread = lease.Thread,
            Epoch = lease.Epoch,
            Position = lease.Taken.Position + 1,
            SeenSignal = 0,
            Entries = [new EncodedEntry(Guid.NewGuid(), null, EntryCodec.Taken(DateTimeOffset.UtcNow))],
            Outbox = [new OutboxRow(Guid.NewGuid(), "https://example.org/hook", Bytes("delivery"))],
        }, Token);
    }

    /// <summary>Everything of it is there and goes on.</summary>
    /// <param name="store">The store, opened with the clock.</param>
    /// <param name="clock">See <see cref="NewClock"/>.</param>
    public static async Task CheckAsync(IActantStore store, TimeProvider clock)
    {
        var tenant = store.For(TenantId.Default);
        var thread = new ThreadKey(TenantId.Default, "short");
        Assert.Equal(Bytes("a snapshot"), (await store.ReadSnapshotAsync(thread, 100, Token))!.Content.ToArray());
        Assert.Equal(Bytes("a blob"), (await tenant.ReadBlobAsync("short", Blob, Token)));
        Assert.Equal(Bytes("record"), (await tenant.Records.FindAsync("kind", "name", Token))!.Body.ToArray());
        Assert.Equal(7, (await tenant.GetShareAsync(Token)).Weight);
        var asked = (await tenant.FindExecutionAsync("key", Token))!;
        var left = Assert.Single((await tenant.ListExecutionsAsync(new ExecutionFilter { Thread = "left" }, null, 10, Token)).Items);
        var held = Assert.Single((await tenant.ListExecutionsAsync(new ExecutionFilter { Thread = "held" }, null, 10, Token)).Items);
        var queued = (await tenant.ListExecutionsAsync(new ExecutionFilter { Thread = "asked", Status = ExecutionStatus.Pending }, null, 10, Token)).Items;

        // Before an engine takes it, which has no sender for it.
        var session = (await store.OpenSessionAsync(new OpenSession("node", TimeSpan.FromSeconds(10)), Token)).Id;
        Assert.Equal(Bytes("delivery"), Assert.Single(await store.TakeOutboxAsync(new OutboxTakeRequest(session, 10), Token)).Row.Body.ToArray());

        await using var engine = await StartAsync(store, clock);
        var client = engine.For(TenantId.Default);
        Assert.Equal("You said hello", await OutputAsync(client, "short"));
        Assert.Equal(3, (await client.GetHistoryAsync("fork", 1, 100, Token)).Count);
        Assert.Equal("You said left", (await WaitAsync(client, left)).Output.GetString());
        Assert.Equal(ExecutionStatus.Pending, (await client.GetRecordAsync(held.Id, Token))!.Status);
        await client.StartAsync(held.Id, Token);
        Assert.Equal("You said later", (await WaitAsync(client, held)).Output.GetString());
        Assert.Equal(3, queued.Count);
        Assert.True((await client.ResumeAsync(asked.Id, new ResumeRequest { Answer = JsonSerializer.SerializeToElement(true) }, Token)).IsDone);
        var outputs = new List<string?>();
        foreach (var execution in queued.Reverse())
        {
            outputs.Add((await WaitAsync(client, execution)).Output.GetString());
        }

        Assert.Equal(["You said one", "You said two", "You said three"], outputs);
        Assert.Equal(ExecutionStatus.Completed, (await client.GetRecordAsync(asked.Id, Token))!.Status);
    }

    private static async Task<string?> OutputAsync(ExecutionClient client, string thread)
    {
        var execution = Assert.Single((await client.ListAsync(new ExecutionFilter { Thread = thread }, null, 10, Token)).Items);
        return (await client.GetAsync(execution.Id, Token))!.Output.GetString();
    }

    private static async Task<ActantEngine> StartAsync(IActantStore store, TimeProvider time)
    {
        var engine = new ActantEngine(store, new ToolRegistry([]), new ModelProviders([]), new EngineOptions(), time: time);
        await engine.StartAsync(Token);
        return engine;
    }

    private static async Task<ExecutionRecord> SubmitAsync(
        ExecutionClient client, string definition, string input, string thread, Func<SubmitRequest, SubmitRequest>? change = null)
    {
        var request = new SubmitRequest { Definition = Define(definition), Input = JsonSerializer.SerializeToElement(input), Thread = thread };
        var reply = await client.SubmitAsync(change?.Invoke(request) ?? request, Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        return reply.Value;
    }

    private static Task<ExecutionResult> WaitAsync(ExecutionClient client, ExecutionRecord execution) =>
        client.WaitAsync(execution.Id, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);

    private static AgentDefinition Define(string definition) => DefinitionReader.Read(Encoding.UTF8.GetBytes(definition)).Definition!;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
