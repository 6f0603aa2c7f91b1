using Actant.Storage;

namespace Actant.Benchmarks.HotPaths;

/// <summary>Appends to a thread of a store, one entry after the other, and to a new thread when that one is long.</summary>
internal sealed class AppendLoop
{
    // What is in memory must not grow with the number of appends that a run makes.
    private const int LongestThread = 10_000;

    private readonly IActantStore _store;
    private readonly TakeRequest _take;
    private readonly byte[] _body = new byte[1024];
    private TakenThread _lease = null!;
    private long _position;

    private AppendLoop(IActantStore store, SessionId session)
    {
        _store = store;
        _take = new TakeRequest { Session = session, Max = 1, Format = 1, TakenBody = new byte[40] };
    }

    private ITenantStore Tenant => _store.For(TenantId.Default);

    public static async Task<AppendLoop> OpenAsync(IActantStore store)
    {
        var session = await store.OpenSessionAsync(new OpenSession("bench", TimeSpan.FromMinutes(10)), CancellationToken.None);
        var loop = new AppendLoop(store, session.Id);
        await loop.BeginAsync();
        return loop;
    }

    public async Task AppendAsync()
    {
        if (_position == LongestThread)
        {
            await Tenant.DeleteThreadAsync(_lease.Thread.Thread, CancellationToken.None);
            await BeginAsync();
        }

        var result = await _store.AppendAsync(
            new AppendRequest
            {
                Thread = _lease.Thread,
                Epoch = _lease.Epoch,
                Position = ++_position,
                SeenSignal = 1,
                IsStep = true,
                Entries = [new EncodedEntry(Guid.CreateVersion7(), _lease.Current!.Id, _body)],
            },
            CancellationToken.None);
        if (result.Outcome != AppendOutcome.Stored)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    private async Task BeginAsync()
    {
        var submission = new Submission
        {
            Id = new ExecutionId(Guid.CreateVersion7()),
            Thread = Guid.CreateVersion7().ToString("D"),
            Agent = "bench",
            Definition = BlobHash.Of([1]),
            Input = _body,
            LeaseTo = _take,
        };
        _lease = (await Tenant.SubmitAsync([submission], CancellationToken.None))[0].Lease!;
        _position = _lease.Taken.Position;
    }
}
