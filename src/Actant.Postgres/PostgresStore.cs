using System.Collections.Concurrent;
using System.Security.Cryptography;
using Actant.Storage;
using Npgsql;

namespace Actant.Postgres;

/// <summary>
/// The store of any number of nodes: one PostgreSQL database. Appends, submissions and signals go through commit lanes that write
/// together what came together; everything else is one statement. Sessions end by the database's clock.
/// </summary>
public sealed class PostgresStore : IActantStore
{
    private const int RowBytes = 256;
    private const int RemovedRows = 1000;

    private readonly WakeupBroadcast _wakeups = new();
    // Open sessions of this process, and their numbers.
    private readonly ConcurrentDictionary<Guid, long> _sessions = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly WakeupListener _listener;
    private readonly WakeupSender _sender;
    private readonly CommitLane[] _lanes;
    private Task _cleanUp = Task.CompletedTask;
    private int _closed;

    private PostgresStore(UserPools pools, PostgresStoreOptions options, TimeProvider time, TimeProvider? clock, IdGenerator ids)
    {
        Database = new Database(pools, options.RetryFor, time, clock);
        Tenants = new TenantNumbers(Database);
        Ids = new SpareIds(ids);
        var node = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        _listener = new WakeupListener(Database, options.Schema, node, _wakeups);
        _sender = new WakeupSender(Database, options.Schema, node);
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(_ => new CommitLane(Database, Wake))];
    }

    internal Database Database { get; }

    internal TenantNumbers Tenants { get; }

    internal SpareIds Ids { get; }

    internal IReadOnlyList<CommitLane> Lanes => _lanes;

    /// <summary>
    /// Whether a database that did not answer may only be away, as during a restart; not where it said no to the user, the password or
    /// the database's name.
    /// </summary>
    public static bool MayComeBack(StoreUnavailableException away) => away.InnerException is { } fault && PostgresFault.IsAway(fault);

    /// <summary>Opens the store of a database and brings its schema up to date.</summary>
    /// <param name="options">Which database, and how it is used.</param>
    /// <param name="time">For waiting between tries; leases and due times are judged by the database's clock.</param>
    /// <param name="ids">Ids of sessions and <c>Taken</c> entries.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    /// <exception cref="InvalidOperationException">A newer release has written the database.</exception>
    public static Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options, TimeProvider time, IdGenerator ids, CancellationToken cancellationToken) =>
        OpenAsync(options, time, clock: null, ids, cancellationToken);

    /// <inheritdoc />
    public string SystemName => "postgresql";

    /// <inheritdoc />
    public ITenantStore For(TenantId tenant)
    {
        StorageLimits.Check(tenant);
        return new PostgresTenantStore(this, tenant);
    }

    /// <inheritdoc />
    public async ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var ids = Ids.Take(1);
        var (number, at) = await Database.RepeatAsync(
            """
            INSERT INTO sessions (number, id, length, expires_at, node, address, capabilities)
              VALUES (nextval('session_numbers'), $2, $3, coalesce($1, clock_timestamp()) + $3, $4, $5, $6)
              ON CONFLICT (id) DO UPDATE SET node = excluded.node RETURNING number, coalesce($1, clock_timestamp())
            """,
            parameters => parameters.Time(Database.Clock).Id(ids[0]).Span(request.Length).Text(request.Node).Text(request.Address)
                .Array(NpgsqlTypes.NpgsqlDbType.Text, request.Capabilities.ToList()),
            static async (rows, token) =>
            {
                await rows.ReadAsync(token);
                return (rows.GetInt64(0), rows.Time(1));
            },
            cancellationToken);
        _sessions[ids[0]] = number;
        return new Session(new SessionId(ids[0]), request.Length, at);
    }

    /// <inheritdoc />
    public async ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken)
    {
        var (freed, heartbeat) = await Database.RepeatAsync(
            "SELECT freed, work_is_ready, next_due, signalled_tenants, signalled_names, coalesce($1, clock_timestamp()), next_delivery, next_deadline FROM actant_renew($1, $2)",
            parameters => parameters.Time(Database.Clock).Id(session.Value),
            static async (rows, token) =>
            {
                await rows.ReadAsync(token);
                var living = rows.BoolOrNull(1) is { } isReady
                    ? new Heartbeat(isReady, Keys(rows.Texts(3), rows.Texts(4)), rows.TimeOrNull(2), rows.Time(5)) { NextDelivery = rows.TimeOrNull(6), NextDeadline = rows.TimeOrNull(7) }
                    : null;
                return (rows.GetBoolean(0), living);
            },
            cancellationToken);
        if (freed)
            WakeForWork();
        if (heartbeat is null)
            _sessions.TryRemove(session.Value, out _);
        return heartbeat;
    }

    /// <inheritdoc />
    public async ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken)
    {
        var tenant = await Tenants.OfAsync(thread.Tenant, cancellationToken);
        return await Database.RepeatAsync(
            """
            SELECT s.id, s.node, s.address FROM threads t JOIN sessions s ON s.number = t.holder
              WHERE t.tenant = $2 AND t.name = $3 AND s.expires_at > coalesce($1, clock_timestamp())
            """,
            parameters => parameters.Time(Database.Clock).Int(tenant).Text(thread.Thread),
            static async (rows, token) => await rows.ReadAsync(token)
                ? new ThreadHolder(new SessionId(rows.GetGuid(0)), rows.GetString(1), rows.TextOrNull(2))
                : null,
            cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken) =>
        Waiting.OverdueAsync(Database, max, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken) =>
        PostgresRecordStore.OwnersAsync(Database, kind, after, max, cancellationToken);

    /// <inheritdoc />
    public ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken) => Waiting.MeasureAsync(Database, max, cancellationToken);

    /// <inheritdoc />
    public async ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken)
    {
        var freed = await Database.RepeatAsync(
            "SELECT actant_end_session($1, $2)",
            parameters => parameters.Time(Database.Clock).Id(session.Value),
            static async (rows, token) => await rows.ReadAsync(token) ? rows.GetInt32(0) : 0,
            cancellationToken);
        _sessions.TryRemove(session.Value, out _);
        if (freed > 0)
            WakeForWork();
    }

    /// <inheritdoc />
    public async ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var only = request.Only is { } key ? await Tenants.OfAsync(key.Tenant, cancellationToken) : (int?)null;
        cancellationToken.ThrowIfCancellationRequested();

        // A take that is under way may be committed already: whoever gives up here would leave threads leased that nobody runs.
        var taker = new Taker(this);
        var take = taker.TakeAsync(request, only);
        try
        {
            return await take.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = taker.ReturnAsync(request.Session, take);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var bytes = RowBytes + request.Entries.Sum(entry => (long)entry.Body.Length + RowBytes)
            + request.Outbox.Sum(row => (long)row.Body.Length + RowBytes);
        var call = new AppendCall(await Tenants.OfAsync(request.Thread.Tenant, cancellationToken), request)
        {
            Bytes = (int)Math.Min(bytes, int.MaxValue),
            Items = 1,
        };
        return await LaneOf(request.Thread).WriteAsync(call, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken) =>
        StoredText.CanBe(thread.Thread)
            ? await InboxReading.ReadAsync(Database, thread, await Tenants.OfAsync(thread.Tenant, cancellationToken), after, cancellationToken)
            : InboxPage.Empty;

    /// <inheritdoc />
    public async ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken) =>
        StoredText.CanBe(thread.Thread)
            ? await Reading.SnapshotAsync(
                Database, await Tenants.OfAsync(thread.Tenant, cancellationToken), thread.Thread, atOrBefore, cancellationToken)
            : null;

    /// <inheritdoc />
    public async ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        StorageLimits.Check(thread);
        StorageLimits.CheckContent(snapshot.Content);
        var tenant = await Tenants.OfAsync(thread.Tenant, cancellationToken);
        await Database.DoAsync(
            """
            INSERT INTO snapshots AS s (thread, position, fold_version, content)
              SELECT t.id, $3, $4, $5 FROM threads t WHERE t.tenant = $1 AND t.name = $2 AND $3 >= coalesce(t.erased_at, 0) FOR KEY SHARE
              ON CONFLICT (thread) DO UPDATE SET position = excluded.position, fold_version = excluded.fold_version,
                content = excluded.content WHERE excluded.position > s.position
            """,
            parameters => parameters.Int(tenant).Text(thread.Thread).Long(snapshot.Position).Int(snapshot.FoldVersion).Bytes(snapshot.Content),
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        StorageLimits.Check(thread);
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(content);
        var tenant = await Tenants.OfAsync(thread.Tenant, cancellationToken);
        await Database.DoAsync(
            """
            WITH target AS (SELECT t.id FROM threads t WHERE t.tenant = $1 AND t.name = $2 FOR UPDATE),
              written AS (INSERT INTO blobs (thread, hash, content) SELECT id, $3, $4 FROM target ON CONFLICT DO NOTHING RETURNING thread)
            UPDATE threads t SET bytes = t.bytes + length($4) FROM written WHERE t.id = written.thread
            """,
            parameters => parameters.Int(tenant).Text(thread.Thread).Hash(hash).Bytes(content),
            cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var (deliveries, freed) = await Outbox.TakeAsync(Database, request, cancellationToken);
        if (freed)
            WakeForWork();
        return deliveries;
    }

    /// <inheritdoc />
    public ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) =>
        Outbox.SettleAsync(Database, delivery, settlement, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return await Grants.TakeAsync(Database, await Tenants.MakeAsync(request.Tenant, cancellationToken), request, cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken) => _wakeups.WatchAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => Database.RepeatAsync(
        "SELECT coalesce($1, clock_timestamp())",
        parameters => parameters.Time(Database.Clock),
        static async (rows, token) =>
        {
            await rows.ReadAsync(token);
            return rows.Time(0);
        },
        cancellationToken);

    /// <inheritdoc />
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        try
        {
            // One transaction: a row on a page of its own, gone again. A disk that is full or a standby answers SELECT 1.
            await using var batch = Database.Source.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO probe (content) VALUES (convert_to(repeat('0', 7000), 'UTF8'))"));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM probe WHERE xmin = pg_current_xact_id()::xid"));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresFault.ForCaller(exception);
        }
    }

    /// <summary>Finishes the writes that were handed in, then lets go of the database. What waits for a database that is away is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _wakeups.Complete();
        await _stop.CancelAsync();
        await _cleanUp;
        Database.StopRepeating();
        foreach (var lane in _lanes)
            await lane.DisposeAsync();
        await _sender.DisposeAsync();
        await _listener.DisposeAsync();
        await Database.DisposeAsync();
        _stop.Dispose();
    }

    internal static async Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options, TimeProvider time, TimeProvider? clock, IdGenerator ids, CancellationToken cancellationToken)
    {
        var pools = new UserPools(options);
        try
        {
            await PostgresSchema.MigrateAsync(pools.Current, options.Schema, cancellationToken);
        }
        catch (Exception exception)
        {
            await pools.DisposeAsync();
            if (exception is NpgsqlException fault)
                throw PostgresFault.ForCaller(fault);
            throw;
        }

        var store = new PostgresStore(pools, options, time, clock, ids);
        store._listener.Start();
        await store._listener.Listening.WaitAsync(cancellationToken);
        store._cleanUp = store.RemoveLeftoversAsync();
        return store;
    }

    internal static PostgresStore Open(PostgresStoreOptions options, TimeProvider time, IdGenerator ids) =>
#pragma warning disable VSTHRD002 // A container makes what it holds without waiting; on a thread of the pool nobody waits for this one.
        Task.Run(() => OpenAsync(options, time, ids, CancellationToken.None)).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    internal CommitLane LaneOf(ThreadKey thread)
    {
        ObjectDisposedException.ThrowIf(_closed != 0, this);
        return _lanes[(uint)thread.GetHashCode() % (uint)_lanes.Length];
    }

    /// <summary>Tells everybody in this process at once, and other nodes where one of them must know.</summary>
    internal void Wake(IReadOnlyList<(Wakeup Wakeup, Guid? Holder)> wakeups)
    {
        foreach (var (wakeup, _) in wakeups)
            _wakeups.Publish(wakeup);
        _sender.Send(wakeups.Where(wakeup => wakeup.Holder is not { } holder || !_sessions.ContainsKey(holder)).Select(wakeup => wakeup.Wakeup));
    }

    /// <summary>Tells everybody that a take would find something.</summary>
    internal void WakeForWork() => Wake([(new Wakeup(WakeupKind.WorkIsReady), null)]);

    /// <summary>The number of a session of this process.</summary>
    internal long? NumberOf(SessionId? session) => session is { } id && _sessions.TryGetValue(id.Value, out var number) ? number : null;

    /// <summary>Removes what hangs on a thread without a name, batch by batch.</summary>
    internal async ValueTask RemoveAsync(long thread, CancellationToken cancellationToken)
    {
        var isMore = true;
        while (isMore)
        {
            isMore = await Database.RepeatAsync(
                "SELECT actant_remove($1, $2)",
                parameters => parameters.Long(thread).Int(RemovedRows),
                static async (rows, token) => await rows.ReadAsync(token) && rows.GetBoolean(0),
                cancellationToken);
        }
    }

    private static ThreadKey[] Keys(string[] tenants, string[] names) =>
        [.. tenants.Zip(names, static (tenant, name) => new ThreadKey(new TenantId(tenant), name))];

    /// <summary>Goes on with deletions that a process has begun and not ended.</summary>
    private async Task RemoveLeftoversAsync()
    {
        try
        {
            await Forking.RemoveAbandonedAsync(this, fork: null, _stop.Token);
            var threads = await Database.RepeatAsync(
                "SELECT id FROM threads WHERE name IS NULL AND copied_at IS NULL",
                static _ => { },
                static async (rows, token) =>
                {
                    var found = new List<long>();
                    while (await rows.ReadAsync(token))
                        found.Add(rows.GetInt64(0));
                    return found;
                },
                _stop.Token);
            foreach (var thread in threads)
                await RemoveAsync(thread, _stop.Token);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException)
        {
            // What is left is removed after the next start.
        }
    }
}
