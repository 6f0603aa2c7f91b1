using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Sqlite;

/// <summary>Thread rows on the writer's connection.</summary>
internal sealed class ThreadTable(WriteScope scope)
{
    private const string Columns =
        "id, tenant, position, epoch, signal_number, seen, calls, crashes, format, bytes, updated_at, "
        + "holder, lost, ready, due, current, is_open, is_new, rank, name, needs, died_alone";

    // Of more tenants than that a take looks at some, and the next one goes on behind them.
    private const int MaxTenants = 128;

    private readonly Connection _connection = scope.Connection;
    private long _lastTenant;

    /// <summary>Finds a thread, with a lease whose session has ended already taken off (in memory; a save writes it).</summary>
    public SqliteThread? Find(ThreadKey key) => Find(scope.Tenants.NumberOf(key.Tenant), key);

    public SqliteThread? Find(long tenant, ThreadKey key)
    {
        using var query = _connection.Use($"SELECT {Columns} FROM threads WHERE tenant = ? AND name = ?");
        return query.Bind(tenant).Bind(key.Thread).Step() ? Read(query, key) : null;
    }

    public SqliteThread Add(long tenant, ThreadKey key, long epoch, DateTimeOffset now)
    {
        var (id, first) = Insert(tenant, key.Thread, epoch, now);
        return new SqliteThread(id, tenant, key) { Epoch = first, UpdatedAt = now };
    }

    /// <summary>A row without a name, which nobody sees; answers with its number.</summary>
    public long AddNameless(long tenant, long epoch, DateTimeOffset now) => Insert(tenant, null, epoch, now).Id;

    /// <summary>Gives a row its name: from now on everybody sees it.</summary>
    public SqliteThread Name(long id, long tenant, ThreadKey key, DateTimeOffset now)
    {
        using var update = _connection.Use(
            """
            UPDATE threads SET name = ?1, created_at = ?2, updated_at = ?2, epoch = max(epoch, (SELECT epoch_floor FROM store))
              WHERE id = ?3 AND name IS NULL RETURNING epoch
            """);
        if (!update.Bind(key.Thread).Bind(now).Bind(id).Step())
            throw new InvalidOperationException("The copy has gone.");
        return new SqliteThread(id, tenant, key) { Epoch = update.Long(0), UpdatedAt = now };
    }

    private (long Id, long Epoch) Insert(long tenant, string? name, long epoch, DateTimeOffset now)
    {
        using var insert = _connection.Use(
            """
            INSERT INTO threads (tenant, name, position, epoch, signal_number, seen, calls, crashes, format, bytes,
              created_at, updated_at, lost, ready, is_open, is_new, rank)
            VALUES (?, ?, 0, max(?, (SELECT epoch_floor FROM store)), 0, 0, 0, 0, 0, 0, ?, ?, 0, 0, 0, 1, 0) RETURNING id, epoch
            """);
        insert.Bind(tenant).Bind(name).Bind(epoch).Bind(now).Bind(now).Step();
        return (insert.Long(0), insert.Long(1));
    }

    /// <summary>The ready threads of known formats in fair order, and the tenants whose caps have kept some back.</summary>
    public (List<SqliteThread> Chosen, List<TenantId> Capped) Choose(int max, int format)
    {
        var (tenants, capped) = TenantsWithWork();
        var portion = (max / Math.Max(tenants.Count, 1)) + 1;
        var sources = tenants.Select(tenant => (scope.Shares.Of(tenant.Number), Ready(tenant.Number, format, tenant.Room, portion).GetEnumerator()));
        capped.AddRange(tenants.Where(tenant => tenant.Room < int.MaxValue && HasReady(tenant.Number, behind: tenant.Room)).Select(tenant => tenant.Number));
        return (scope.Shares.Turns.Take(sources, max), capped.ConvertAll(scope.Tenants.NameOf));
    }

    /// <summary>One ready thread of each tenant of which a session holds none, in fair order.</summary>
    public List<SqliteThread> ChooseBeside(long holder, int max, int format) => scope.Shares.Turns.Take(
        TenantsWithWork().Found.Where(tenant => !IsHeld(holder, tenant.Number))
            .Select(tenant => (scope.Shares.Of(tenant.Number), Ready(tenant.Number, format, room: 1, portion: 1).GetEnumerator())),
        max,
        isBeside: true);

    public long CountLeased(long tenant)
    {
        using var query = _connection.Use("SELECT count(*) FROM threads INDEXED BY threads_holder WHERE holder IS NOT NULL AND tenant = ?");
        query.Bind(tenant).Step();
        return query.Long(0);
    }

    /// <summary>Whether a session holds a thread of a tenant.</summary>
    private bool IsHeld(long holder, long tenant)
    {
        using var query = _connection.Use("SELECT 1 FROM threads INDEXED BY threads_holder WHERE holder = ? AND tenant = ? LIMIT 1");
        return query.Bind(holder).Bind(tenant).Step();
    }

    /// <summary>Whether a tenant has more than so many ready threads.</summary>
    public bool HasReady(long tenant, int behind)
    {
        using var query = _connection.Use("SELECT 1 FROM threads INDEXED BY threads_ready WHERE ready = 1 AND tenant = ? LIMIT 1 OFFSET ?");
        return query.Bind(tenant).Bind(behind).Step();
    }

    public bool AnyReady()
    {
        using var query = _connection.Use("SELECT 1 FROM threads WHERE ready = 1 LIMIT 1");
        return query.Step();
    }

    public DateTimeOffset? NextDue()
    {
        using var query = _connection.Use("SELECT min(due) FROM threads WHERE due IS NOT NULL");
        query.Step();
        return query.TimeOrNull(0);
    }

    public void WakeDue(DateTimeOffset now)
    {
        using var update = _connection.Use("UPDATE threads SET ready = 1, due = NULL WHERE due <= ?");
        update.Bind(now).Run();
    }

    /// <summary>Chooses the current execution anew, from all that wait; see <see cref="ThreadRow.AddExecution"/>.</summary>
    public void ChooseCurrent(SqliteThread thread)
    {
        if (thread.Place.IsOpen)
            return;
        using var query = _connection.Use(
            """
            SELECT number, created_at, priority FROM executions WHERE number = coalesce(
              (SELECT max(number) FROM executions WHERE thread = ?1 AND ahead = 1 AND status = 0 AND held = 0),
              (SELECT number FROM executions WHERE thread = ?1 AND status = 0 AND held = 0 ORDER BY number LIMIT 1))
            """);
        if (query.Bind(thread.Number).Step())
            thread.Choose(query.Long(0), Ageing.Rank(query.Time(1), query.Int(2)));
        else
            thread.Choose(next: null);
    }

    public void Save(SqliteThread thread)
    {
        using (var update = _connection.Use(
            """
            UPDATE threads SET position = ?, epoch = ?, signal_number = ?, seen = ?, calls = ?, crashes = ?, died_alone = ?, format = ?, bytes = ?,
              updated_at = ? WHERE id = ?
            """))
        {
            update.Bind(thread.Position).Bind(thread.Epoch).Bind(thread.SignalNumber).Bind(thread.Seen).Bind(thread.Calls)
                .Bind(thread.Crashes).Bind(thread.DiedAlone).Bind(thread.Format).Bind(thread.Bytes).Bind(thread.UpdatedAt).Bind(thread.Number).Run();
        }

        if (!thread.SettlePlace())
            return;
        var place = thread.Place;
        using var move = _connection.Use(
            """
            UPDATE threads SET holder = ?, lost = ?, ready = ?, due = ?, current = ?, is_open = ?, is_new = ?, rank = ?, needs = ?
              WHERE id = ?
            """);
        move.Bind(place.Holder).Bind(place.Lost).Bind(place.Ready).Bind(place.Due).Bind(place.Current).Bind(place.IsOpen)
            .Bind(place.IsNew).Bind(place.Rank).Bind(place.Needs).Bind(thread.Number).Run();
        thread.StoredPlace = place;
    }

    /// <summary>Ends all leases of a session's number; answers with how many there were.</summary>
    public int EndLeases(long holder, bool lost)
    {
        if (lost)
            QuarantineTable.CountAlone(scope, holder);
        using var update = _connection.Use("UPDATE threads SET holder = NULL, ready = 1, lost = ? WHERE holder = ?");
        return update.Bind(lost).Bind(holder).Run();
    }

    public List<ThreadKey> Signalled(long holder, int max)
    {
        var keys = new List<ThreadKey>();
        using var query = _connection.Use(
            "SELECT tenant, name FROM threads WHERE holder = ? AND signal_number > seen ORDER BY id LIMIT ?");
        query.Bind(holder).Bind(max);
        while (query.Step())
            keys.Add(new ThreadKey(scope.Tenants.NameOf(query.Long(0)), query.Text(1)));
        return keys;
    }

    /// <summary>
    /// The tenants that have ready threads and room for them, from where the last take ended: all of them, or the next
    /// <see cref="MaxTenants"/>. Hops from tenant to tenant in the index, past their backlogs.
    /// </summary>
    private (List<(long Number, int Room)> Found, List<long> Capped) TenantsWithWork()
    {
        var found = new List<(long Number, int Room)>();
        var capped = new List<long>();
        var (start, last, isAround) = (_lastTenant, _lastTenant, _lastTenant == 0);
        while (found.Count < MaxTenants)
        {
            using var query = _connection.Use(
                "SELECT tenant FROM threads INDEXED BY threads_ready WHERE ready = 1 AND tenant > ? ORDER BY tenant LIMIT 1");
            if (!query.Bind(last).Step() || (isAround && start > 0 && query.Long(0) > start))
            {
                last = 0;
                if (isAround)
                    break;
                isAround = true;
                continue;
            }

            last = query.Long(0);
            var room = scope.Shares.RoomOf(last);
            if (room > 0)
                found.Add((last, room));
            else
                capped.Add(last);
        }

        _lastTenant = last;
        return (found, capped);
    }

    /// <summary>A tenant's ready threads in its own order, read in portions.</summary>
    private IEnumerable<SqliteThread> Ready(long tenant, int format, int room, int portion)
    {
        var key = scope.Tenants.NameOf(tenant);
        for (var (read, isMore) = (0, true); isMore && read < room;)
        {
            var rows = new List<SqliteThread>();
            using (var query = _connection.Use(
                $"SELECT {Columns} FROM threads WHERE ready = 1 AND tenant = ? AND format <= ? AND crashes + lost < 2 ORDER BY is_new, rank, current, id LIMIT ? OFFSET ?"))
            {
                query.Bind(tenant).Bind(format).Bind(Math.Min(portion, room - read)).Bind(read);
                while (query.Step())
                    rows.Add(Read(query, new ThreadKey(key, query.Text(19))));
            }

            foreach (var row in rows)
                yield return row;
            read += rows.Count;
            isMore = rows.Count == portion;
        }
    }

    /// <summary>Quarantined threads that wait, first come first.</summary>
    public List<SqliteThread> Quarantined(int format, int max)
    {
        var rows = new List<(ThreadKey Key, long Tenant)>();
        using (var query = _connection.Use(
            "SELECT tenant, name FROM threads INDEXED BY threads_suspects WHERE ready = 1 AND crashes + lost >= 2 AND format <= ? ORDER BY is_new, rank, current, id LIMIT ?"))
        {
            query.Bind(format).Bind(max);
            while (query.Step())
                rows.Add((new ThreadKey(scope.Tenants.NameOf(query.Long(0)), query.Text(1)), query.Long(0)));
        }

        return rows.ConvertAll(row => Find(row.Tenant, row.Key)!);
    }

    /// <summary>Threads that were left for want of the same, of one tenant, in its order.</summary>
    public List<SqliteThread> Left(string needs, long tenant, int format, int max)
    {
        var rows = new List<SqliteThread>();
        var key = scope.Tenants.NameOf(tenant);
        using var query = _connection.Use(
            $"SELECT {Columns} FROM threads INDEXED BY threads_left WHERE {LeftTable.IsLeft} AND needs = ? AND tenant = ? AND format <= ? ORDER BY rank, id LIMIT ?");
        query.Bind(needs).Bind(tenant).Bind(format).Bind(max);
        while (query.Step())
            rows.Add(Read(query, new ThreadKey(key, query.Text(19))));
        return rows;
    }

    private SqliteThread Read(Statement row, ThreadKey key)
    {
        var place = new ThreadPlace
        {
            Holder = row.LongOrNull(11),
            Lost = row.Bool(12),
            Ready = row.Bool(13),
            Due = row.TimeOrNull(14),
            Current = row.LongOrNull(15),
            IsOpen = row.Bool(16),
            IsNew = row.Bool(17),
            Rank = row.Long(18),
            Needs = row.TextOrNull(20),
        };
        var lostNow = place.Holder is { } holder && !scope.Sessions.IsAlive(holder);
        return new SqliteThread(row.Long(0), row.Long(1), key)
        {
            Position = row.Long(2),
            Epoch = row.Long(3),
            SignalNumber = row.Long(4),
            Seen = row.Long(5),
            Calls = row.Int(6),
            Crashes = row.Int(7),
            DiedAlone = row.Int(21),
            Format = row.Int(8),
            Bytes = row.Long(9),
            UpdatedAt = row.Time(10),
            StoredPlace = place,
            Place = lostNow ? place.Freed(lost: true) : place,
        };
    }
}
