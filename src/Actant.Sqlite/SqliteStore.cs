using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// The store of one node: a folder with one SQLite database. All writes go through one writer that commits together what came
/// together; reads have connections of their own. One process owns the folder; its sessions end with it, at once.
/// </summary>
public sealed class SqliteStore : IActantStore
{
    // A row's numbers, ids and index entries, for the bound on a batch.
    private const int RowBytes = 128;

    // Ends, and what only gives a thread back, are small, and make room in the end.
    private const int LargestEnd = 256 * 1024;

    private readonly DataFolder _folder;
    private readonly WakeupBroadcast _wakeups;
    private readonly RateWindows _windows;
    private readonly ProcessClock _clock;
    private readonly ReaderPool _readers;
    private readonly Connection _connection;
    private readonly SqliteSynchronous _synchronous;
    private readonly Damage _damage;
    private readonly Task _cleanUp;
    private volatile bool _closed;

    private SqliteStore(
        DataFolder folder, Connection connection, Damage damage, Ballast ballast, SqliteStoreOptions options, TimeProvider time, IdGenerator ids)
    {
        _folder = folder;
        _connection = connection;
        _damage = damage;
        _synchronous = options.Synchronous;
        _wakeups = new WakeupBroadcast();
        _windows = new RateWindows(time);
        Room = new DiskRoom(Path.GetDirectoryName(folder.DatabasePath)!, options.ReserveBytes, () => Writer?.ReusableBytes ?? 0, ballast);
        _readers = new ReaderPool(folder.DatabasePath, options.Synchronous, options.Readers, damage);
        var scope = new WriteScope(connection, time, ids, _wakeups);
        _clock = scope.Clock;
        var leftovers = Recovery.Run(scope);
        Writer = new Writer(connection, scope, ballast);
        _cleanUp = RemoveAsync(leftovers);
    }

    internal Writer Writer { get; }

    /// <summary>What may still come in.</summary>
    internal DiskRoom Room { get; set; }

    /// <summary>Opens the store of a folder, brings its schema up to date and ends the sessions of the process before.</summary>
    /// <exception cref="DataFolderInUseException">Somebody else owns the folder.</exception>
    /// <exception cref="DllNotFoundException">SQLite is not installed; the message says how to.</exception>
    /// <exception cref="InvalidOperationException">A newer release has written the folder.</exception>
    /// <exception cref="IOException">The folder cannot be made; the message says how to mend it.</exception>
    /// <exception cref="DataFolderNotWritableException">The folder cannot be written.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read or written; the message says how to mend it.</exception>
    public static Task<SqliteStore> OpenAsync(
        SqliteStoreOptions options, TimeProvider time, IdGenerator ids, CancellationToken cancellationToken) =>
        Task.Run(() => Open(options, time, ids), cancellationToken);

    /// <summary>Whether somebody may mend what keeps a store from being opened, while a process waits: all but a damaged file.</summary>
    public static bool MayComeBack(StoreUnavailableException away) => away.InnerException is SqliteFault { IsDamage: false, Remedy: not null };

    /// <inheritdoc />
    public string SystemName => "sqlite";

    /// <inheritdoc />
    public ITenantStore For(TenantId tenant)
    {
        StorageLimits.Check(tenant);
        return new SqliteTenantStore(this, tenant);
    }

    /// <inheritdoc />
    public ValueTask<Session> OpenSessionAsync(OpenSession request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return WriteAsync(0, scope => scope.Sessions.Open(request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Heartbeat?> RenewAsync(SessionId session, CancellationToken cancellationToken) =>
        WriteAsync(0, scope => Leasing.Renew(scope, session), cancellationToken);

    /// <inheritdoc />
    public ValueTask EndSessionAsync(SessionId session, CancellationToken cancellationToken) =>
        DoAsync(0, scope => scope.Sessions.End(session), cancellationToken);

    /// <inheritdoc />
    public ValueTask<TakeResult> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var bytes = (request.TakenBody.Length + RowBytes) * (Math.Min(request.Max, StorageLimits.MaxItems) + Math.Min(request.Beside, StorageLimits.MaxItems));
        return WriteAsync(bytes, scope => Leasing.Take(scope, request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        var bytes = RowBytes;
        foreach (var entry in request.Entries)
            bytes += entry.Body.Length + RowBytes;
        foreach (var row in request.Outbox)
            bytes += row.Body.Length + RowBytes;
        if (request.Entries.Count > 0 && (bytes > LargestEnd || !request.Executions.Any(static change => change.Status.IsEnd())))
            Room.Take(bytes, DiskUse.Work);
        return WriteAsync(bytes, scope => Appending.Append(scope, request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<InboxPage> ReadInboxAsync(ThreadKey thread, long after, CancellationToken cancellationToken) =>
        ReadAsync(connection => InboxReading.Read(connection, thread, after), cancellationToken);

    /// <inheritdoc />
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(ThreadKey thread, long atOrBefore, CancellationToken cancellationToken) =>
        ReadAsync(connection => Reading.Snapshot(connection, thread, atOrBefore), cancellationToken);

    /// <inheritdoc />
    public ValueTask WriteSnapshotAsync(ThreadKey thread, StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        StorageLimits.Check(thread);
        StorageLimits.CheckContent(snapshot.Content);
        Room.Take(snapshot.Content.Length, DiskUse.Work);
        return DoAsync(snapshot.Content.Length, scope => Content.WriteSnapshot(scope, thread, snapshot), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask WriteBlobAsync(ThreadKey thread, BlobHash hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        StorageLimits.Check(thread);
        StorageLimits.Check(hash);
        StorageLimits.CheckContent(content);
        Room.Take(content.Length, DiskUse.Work);
        return DoAsync(content.Length, scope => Content.WriteBlob(scope, thread, hash, content), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OverdueExecution>> ListOverdueAsync(int max, CancellationToken cancellationToken) =>
        ReadAsync(connection => DeadlineTable.List(connection, _clock.Now, max), cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<TenantId>> ListOwnersAsync(string kind, TenantId? after, int max, CancellationToken cancellationToken) =>
        ReadAsync(connection => RecordTable.Owners(connection, kind, after, max), cancellationToken);

    /// <inheritdoc />
    public ValueTask<QueueDepth> MeasureQueueAsync(int max, CancellationToken cancellationToken) =>
        ReadAsync(connection => Waiting.Measure(connection, max), cancellationToken);

    /// <inheritdoc />
    // One process owns the folder.
    public ValueTask<ThreadHolder?> FindHolderAsync(ThreadKey thread, CancellationToken cancellationToken) => new((ThreadHolder?)null);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OutboxDelivery>> TakeOutboxAsync(OutboxTakeRequest request, CancellationToken cancellationToken)
    {
        StorageLimits.Check(request);
        return WriteAsync<IReadOnlyList<OutboxDelivery>>(0, scope => TakeOutbox(scope, request), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<bool> SettleOutboxAsync(Guid delivery, OutboxSettlement settlement, CancellationToken cancellationToken) =>
        WriteAsync(0, scope => scope.Outbox.Settle(delivery, settlement, scope.Now), cancellationToken);

    /// <inheritdoc />
    // One process owns the folder: nobody else must know, and no disk is waited for.
    public ValueTask<Grant?> TakeGrantAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        StorageLimits.Check(request);
        return new(_windows.Take(request));
    }

    /// <inheritdoc />
    public IAsyncEnumerable<Wakeup> WatchAsync(CancellationToken cancellationToken) => _wakeups.WatchAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return new(_clock.Now);
    }

    /// <inheritdoc />
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_damage.First is null)
            Probe.Read(_folder.DatabasePath, _synchronous, _damage);
        if (_damage.First is { } damage)
            throw damage.ForCaller();
        Room.Take(0);
        await DoAsync(EncodedEntry.MaxBodyBytes, Probe.Write, cancellationToken);
    }

    /// <summary>Finishes the writes that were handed in, then lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        _wakeups.Complete();
        await _cleanUp;
        await Writer.DisposeAsync();
        _readers.Dispose();
        _connection.Dispose();
        _folder.Dispose();
    }

    internal ValueTask<T> WriteAsync<T>(int bytes, Func<WriteScope, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return Writer.WriteAsync(bytes, work, cancellationToken);
    }

    internal async ValueTask DoAsync(int bytes, Action<WriteScope> work, CancellationToken cancellationToken) =>
        await WriteAsync(
            bytes,
            scope =>
            {
                work(scope);
                return true;
            },
            cancellationToken);

    internal ValueTask<T> ReadAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken) =>
        _readers.ReadAsync(work, cancellationToken);

    /// <summary>Removes what hangs on a thread without a name, batch by batch, until done or the store is closed.</summary>
    internal async Task RemoveAsync(long thread)
    {
        while (!_closed && !await Writer.WriteAsync(RowBytes, scope => Removal.RemoveBatch(scope, thread), CancellationToken.None))
        {
        }
    }

    /// <summary>Removes a copy that was not ended; one that was, although nobody heard of it, stays.</summary>
    internal async Task AbandonAsync(long thread)
    {
        if (await Writer.WriteAsync(0, scope => Removal.BeginOfNameless(scope, thread), CancellationToken.None))
            await RemoveAsync(thread);
    }

    internal static SqliteStore Open(SqliteStoreOptions options, TimeProvider time, IdGenerator ids)
    {
        SQLitePCL.Batteries_V2.Init();
        var folder = DataFolder.Own(options.DataFolder);
        var ballast = new Ballast(Path.GetDirectoryName(folder.DatabasePath)!);
        try
        {
            try
            {
                return Open(folder, ballast, options, time, ids);
            }
            catch (SqliteFault fault) when (fault.IsFull && ballast.Release())
            {
                // Whoever comes to make room must be let in.
                return Open(folder, ballast, options, time, ids);
            }
        }
        catch (Exception exception)
        {
            folder.Dispose();
            if (exception is SqliteFault fault)
                throw fault.ForCaller();
            throw;
        }
    }

    private static SqliteStore Open(DataFolder folder, Ballast ballast, SqliteStoreOptions options, TimeProvider time, IdGenerator ids)
    {
        var damage = new Damage();
        var connection = Connection.Open(folder.DatabasePath, options.Synchronous, readOnly: false, damage);
        try
        {
            SqliteSchema.Migrate(connection);
            return new SqliteStore(folder, connection, damage, ballast, options, time, ids);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static List<OutboxDelivery> TakeOutbox(WriteScope scope, OutboxTakeRequest request)
    {
        var now = scope.Now;
        scope.Sessions.EndExpired();
        return scope.Sessions.Find(request.Session) is { } session ? scope.Outbox.Take(session, request, now, scope.Tenants) : [];
    }

    private async Task RemoveAsync(List<long> threads)
    {
        try
        {
            foreach (var thread in threads)
                await RemoveAsync(thread);
        }
        catch (StoreUnavailableException)
        {
            // What is left is removed after the next start.
        }
    }
}
