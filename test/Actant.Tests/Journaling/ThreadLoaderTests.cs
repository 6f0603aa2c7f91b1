using System.Text;
using Actant.InMemory;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing;

namespace Actant.Tests.Journaling;

/// <summary>Rewinds make history a tree while the journal stays a line: what counts is the way back from a position.</summary>
[Trait("Row", "X6")]
public sealed class ThreadLoaderTests : IAsyncDisposable
{
    private static readonly ThreadKey s_thread = new(TenantId.Default, "t");
    private readonly InMemoryStore _store = new(new ManualTimeProvider(), new SequentialIdGenerator());

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task LoadAsync_RewindsOfRewinds_AmountToTheWayBack()
    {
        var random = new Random(4);
        var expected = new List<string> { "" };
        var entries = new List<EntryPayload>();
        for (var position = 1; position <= 300; position++)
        {
            // Position 1 is the take.
            var to = position > 3 && random.Next(5) == 0 ? random.Next(1, position) : 0;
            entries.Add(to > 0 ? new Rewound { To = to } : Said($"{position}"));
            expected.Add(to > 0 ? expected[to] : position == 1 ? "" : $"{expected[position - 1]} {position}");
        }

        await StoreAsync(entries.Skip(1));

        var loader = new ThreadLoader(_store);
        for (var position = 1; position <= 300; position++)
        {
            var state = await loader.LoadAsync(s_thread, position, TestContext.Current.CancellationToken);

            Assert.Equal(position, state.Position);
            Assert.Equal(expected[position].Trim(), string.Join(' ', state.Root.Messages.Select(message => message.Message.Text)));
        }
    }

    [Fact]
    public async Task AdvanceAsync_FromASnapshotOfAnyPosition_AmountsToTheSame()
    {
        await StoreAsync([Said("2"), Said("3"), new Rewound { To = 2 }, Said("5"), new Rewound { To = 3 }, Said("7"), new Rewound { To = 5 }, Said("9")]);
        var loader = new ThreadLoader(_store);
        var whole = await loader.LoadAsync(s_thread, null, TestContext.Current.CancellationToken);
        Assert.Equal(["2", "5", "9"], whole.Root.Messages.Select(message => message.Message.Text));

        for (var position = 1; position <= 9; position++)
        {
            var part = await loader.LoadAsync(s_thread, position, TestContext.Current.CancellationToken);
            var snapshot = ThreadSnapshots.Write(part);

            var state = await loader.AdvanceAsync(s_thread, ThreadSnapshots.Read(snapshot), long.MaxValue, TestContext.Current.CancellationToken);

            Assert.Equal(Encoding.UTF8.GetString(ThreadSnapshots.Write(whole)), Encoding.UTF8.GetString(ThreadSnapshots.Write(state)));
        }
    }

    private static StateUpdated Said(string text) => new()
    {
        Operations = [new() { Op = StateOperationKind.Append, Key = "messages", Value = System.Text.Json.JsonElement.Parse($$"""[{"role":"user","content":"{{text}}"}]""") }],
    };

    private async Task StoreAsync(IEnumerable<EntryPayload> payloads)
    {
        var ids = new SequentialIdGenerator(series: 3);
        var session = await _store.OpenSessionAsync(new OpenSession("n", TimeSpan.FromMinutes(1)), default);
        await _store.For(TenantId.Default).SubmitAsync(
            [new Submission { Id = new ExecutionId(ids.Next()), Thread = "t", Agent = "a", Definition = BlobHash.Of("d"u8), Input = "1"u8.ToArray() }], default);
        var taken = Assert.Single((await _store.TakeAsync(
            new TakeRequest { Session = session.Id, Max = 1, Format = 1, TakenBody = EntryCodec.Taken(EntrySamples.At) }, default)).Threads);
        var result = await _store.AppendAsync(
            new AppendRequest
            {
                Thread = s_thread,
                Epoch = taken.Epoch,
                Position = 2,
                SeenSignal = taken.SignalNumber,
                Entries = [.. payloads.Select(payload => EntryCodec.Encode(new Entry { Id = ids.Next(), At = EntrySamples.At, Payload = payload }).Entry)],
            },
            default);
        Assert.Equal(AppendOutcome.Stored, result.Outcome);
    }
}
