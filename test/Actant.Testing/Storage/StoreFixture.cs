using System.Text;
using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>A store under test with its clock, and short ways to say what tests of stores always say.</summary>
public sealed class StoreFixture(IActantStore store, ManualTimeProvider clock) : IAsyncDisposable
{
    public static readonly TimeSpan SessionLength = TimeSpan.FromSeconds(10);

    public static readonly BlobHash Definition = BlobHash.Of("definition"u8);

    private readonly SequentialIdGenerator _ids = new(series: 7);

    public IActantStore Store => store;

    public ManualTimeProvider Clock => clock;

    public ITenantStore Tenant { get; } = store.For(TenantId.Default);

    public static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static ThreadKey Key(string thread) => new(TenantId.Default, thread);

    public Guid NextId() => _ids.Next();

    public async Task<SessionId> OpenAsync(TimeSpan? length = null) =>
        (await store.OpenSessionAsync(new OpenSession("node", length ?? SessionLength), default)).Id;

    public TakeRequest TakeFor(SessionId session, int max = 10, ThreadKey? only = null, int format = 1) =>
        new() { Session = session, Max = max, Format = format, TakenBody = Bytes("taken"), Only = only };

    public async Task<IReadOnlyList<TakenThread>> TakeAsync(SessionId session, int max = 10, ThreadKey? only = null, int format = 1) =>
        (await store.TakeAsync(TakeFor(session, max, only, format), default)).Threads;

    public async Task<TakenThread> TakeOneAsync(SessionId session) => Assert.Single(await TakeAsync(session));

    public Submission Submission(string thread, string? key = null, string input = "input") => new()
    {
        Id = new ExecutionId(NextId()),
        Thread = thread,
        Agent = "agent",
        Definition = Definition,
        Input = Bytes(input),
        IdempotencyKey = key,
        Fingerprint = BlobHash.Of(Encoding.UTF8.GetBytes(input)),
    };

    public async Task<SubmitResult> SubmitAsync(Submission submission) => Assert.Single(await Tenant.SubmitAsync([submission], default));

    public async Task<ExecutionId> AcceptAsync(string thread)
    {
        var result = await SubmitAsync(Submission(thread));
        Assert.Equal(SubmitOutcome.Accepted, result.Outcome);
        return result.Execution!.Id;
    }

    /// <summary>A thread with a running execution, leased to the session.</summary>
    public async Task<TakenThread> StartAsync(SessionId session, string thread)
    {
        await AcceptAsync(thread);
        return Assert.Single(await TakeAsync(session, 1, Key(thread)));
    }

    public EncodedEntry Entry(ExecutionId? execution = null, string body = "entry") => new(NextId(), execution, Bytes(body));

    /// <summary>An append of one entry right behind what the lease says.</summary>
    public AppendRequest Append(TakenThread lease, long after = 0) => new()
    {
        Thread = lease.Thread,
        Epoch = lease.Epoch,
        Position = lease.Taken.Position + 1 + after,
        SeenSignal = lease.SignalNumber,
        Entries = [Entry(lease.Current?.Id)],
    };

    public AppendRequest End(TakenThread lease, LeaseChange change = LeaseChange.Release, long after = 0) => Append(lease, after) with
    {
        Executions = [new ExecutionChange { Execution = lease.Current!.Id, Status = ExecutionStatus.Completed }],
        Lease = change,
    };

    public async Task<AppendResult> AppendAsync(AppendRequest request) => await store.AppendAsync(request, default);

    public async Task StoreAsync(AppendRequest request) => Assert.Equal(AppendOutcome.Stored, (await AppendAsync(request)).Outcome);

    public Signal Signal(SignalKind kind, ExecutionId? execution, string key = "key", string body = "body") =>
        new() { Kind = kind, Execution = execution, Key = key, Body = Bytes(body) };

    public async Task<SignalResult> SignalAsync(string thread, params Signal[] signals) => await Tenant.SignalAsync(thread, signals, default);

    /// <summary>All pages of an inbox.</summary>
    public Task<IReadOnlyList<InboxSignal>> ReadInboxAsync(string thread = "t") => ReadInboxAsync(store, Key(thread));

    /// <summary>All pages of an inbox.</summary>
    public static async Task<IReadOnlyList<InboxSignal>> ReadInboxAsync(IActantStore store, ThreadKey thread)
    {
        var signals = new List<InboxSignal>();
        InboxPage page;
        do
        {
            page = await store.ReadInboxAsync(thread, signals is [.., var last] ? last.Number : 0, default);
            signals.AddRange(page.Signals);
        }
        while (page.IsMore);
        return signals;
    }

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(string thread) => await Tenant.ReadAsync(thread, 1, 1000, default);

    public async Task<ExecutionRecord> GetAsync(ExecutionId execution) =>
        await Tenant.GetExecutionAsync(execution, default) ?? throw new InvalidOperationException($"No execution {execution}.");

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
