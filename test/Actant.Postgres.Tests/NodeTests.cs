using System.Globalization;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;
using Npgsql;

namespace Actant.Postgres.Tests;

/// <summary>Two processes on one database.</summary>
public sealed class NodeTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Progressed_OtherProcess_HearsOfItsExecution()
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var here = await FixtureAsync(options, clock, 1);
        await using var there = await FixtureAsync(options, clock, 2);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var wakeups = here.Store.WatchAsync(patience.Token);
        var (mine, other) = (await here.OpenAsync(), await there.OpenAsync());
        var execution = (await here.SubmitAsync(here.Submission("t") with { AcceptedBy = mine })).Execution!.Id;

        var lease = await there.TakeOneAsync(other);
        await NextAsync(wakeups, new Wakeup(WakeupKind.Progressed, StoreFixture.Key("t"), execution));
        var more = here.Store.WatchAsync(patience.Token);
        await there.StoreAsync(there.End(lease));

        await NextAsync(more, new Wakeup(WakeupKind.Progressed, StoreFixture.Key("t"), execution));
    }

    [Theory]
    [InlineData("take")]
    [InlineData("renew")]
    [InlineData("take outbox")]
    public async Task EndedSession_MoreIsFreedThanAnswered_OthersAreNotified(string way)
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var here = await FixtureAsync(options, clock, 1);
        await using var there = await FixtureAsync(options, clock, 2);
        var dead = await there.OpenAsync();
        await there.StartAsync(dead, "a");
        await there.StartAsync(dead, "b");
        var living = await here.OpenAsync(TimeSpan.FromHours(1));
        clock.Advance(StoreFixture.SessionLength);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var wakeups = there.Store.WatchAsync(patience.Token);

        if (way == "take")
            Assert.Single(await here.TakeAsync(living, max: 1));
        else if (way == "renew")
            Assert.NotNull(await here.Store.RenewAsync(living, default));
        else
            Assert.Empty(await here.Store.TakeOutboxAsync(new OutboxTakeRequest(living, 10), default));

        await NextAsync(wakeups, new Wakeup(WakeupKind.WorkIsReady));
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Clock_OfTheProcessIsWrong_TheDatabasesCounts()
    {
        var wrong = new WrongTimeProvider(TimeProvider.System, TimeSpan.FromHours(5));
        await using var store = await PostgresStore.OpenAsync(cluster.NewOptions(), wrong, new SequentialIdGenerator(), TestContext.Current.CancellationToken);

        var session = await store.OpenSessionAsync(new OpenSession("node", StoreFixture.SessionLength), TestContext.Current.CancellationToken);
        var heartbeat = await store.RenewAsync(session.Id, TestContext.Current.CancellationToken);
        var reading = await store.ReadClockAsync(TestContext.Current.CancellationToken);

        Assert.All([session.At, heartbeat!.At, reading], at =>
            Assert.InRange(at - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(-1), TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Reading_UnknownTenant_LeavesNoRow()
    {
        var options = cluster.NewOptions();
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default);
        var tenant = store.For(new TenantId("unknown"));
        var execution = new ExecutionId(Guid.NewGuid());
        var key = new ThreadKey(tenant.Tenant, "t");

        Assert.Null(await tenant.GetExecutionAsync(execution, default));
        Assert.Null(await tenant.GetThreadAsync("t", default));
        Assert.Empty((await tenant.ListExecutionsAsync(new ExecutionFilter(), null, 10, default)).Items);
        Assert.Empty(await tenant.ReadAsync("t", 1, 10, default));
        Assert.False(await tenant.StartAsync(execution, null, default));
        Assert.False(await tenant.DeleteThreadAsync("t", default));
        Assert.Null(await tenant.Records.ReadAsync("kind", "id", null, default));
        Assert.Null(await store.FindHolderAsync(key, default));
        var signal = new Signal { Kind = SignalKind.Stop, Key = "k", Body = StoreFixture.Bytes("b") };
        Assert.Equal(SignalOutcome.NotFound, (await tenant.SignalAsync("t", [signal], default)).Outcome);
        Assert.Equal(0, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.tenants"));

        await tenant.WriteDefinitionAsync(StoreFixture.Definition, StoreFixture.Bytes("definition"), default);

        Assert.Equal(1, await cluster.AskAsync<long>($"SELECT count(*) FROM {options.Schema}.tenants"));
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_TenantsAreLocked_SaysThatItIsContended()
    {
        var options = cluster.NewOptions();
        await using var f = await FixtureAsync(options, new ManualTimeProvider(), 1);
        var session = await f.OpenAsync();
        foreach (var tenant in (string[])["a", "b"])
            await f.Store.For(new TenantId(tenant)).SubmitAsync([f.Submission("t")], default);
        await using var other = new NpgsqlConnection(cluster.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand($"SELECT 1 FROM {options.Schema}.tenants FOR UPDATE", other, transaction))
            await locking.ExecuteNonQueryAsync();

        var contended = await f.Store.TakeAsync(f.TakeFor(session), default);
        await transaction.RollbackAsync();
        var taken = await f.Store.TakeAsync(f.TakeFor(session), default);

        Assert.Empty(contended.Threads);
        Assert.True(contended.IsContended);
        Assert.Equal(2, taken.Threads.Count);
        Assert.False(taken.IsContended);
    }

    [Theory]
    [Trait("Row", "X1")]
    [InlineData("SELECT 1 FROM {0}.threads FOR UPDATE", false)]
    [InlineData("SELECT 1 FROM {0}.sessions WHERE expires_at < (SELECT max(expires_at) FROM {0}.sessions) FOR UPDATE", true)]
    public async Task Take_WhatIsReadyIsLockedByOthers_SaysThatItIsContended(string locked, bool isOfADeadSession)
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var f = await FixtureAsync(options, clock, 1);
        var dead = await f.OpenAsync();
        if (isOfADeadSession)
            await f.StartAsync(dead, "t");
        else
            await f.AcceptAsync("t");
        clock.Advance(TimeSpan.FromMinutes(1));
        var session = await f.OpenAsync();
        await using var other = new NpgsqlConnection(cluster.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand(string.Format(CultureInfo.InvariantCulture, locked, options.Schema), other, transaction))
            await locking.ExecuteNonQueryAsync();

        var contended = await f.Store.TakeAsync(f.TakeFor(session), default);
        await transaction.RollbackAsync();
        var taken = await f.Store.TakeAsync(f.TakeFor(session), default);
        var none = await f.Store.TakeAsync(f.TakeFor(session), default);

        Assert.Empty(contended.Threads);
        Assert.True(contended.IsContended);
        Assert.Single(taken.Threads);
        Assert.Empty(none.Threads);
        Assert.False(none.IsContended);
    }

    [Fact]
    [Trait("Row", "X1")]
    public async Task GiveBack_TakeThatNobodyHeardOf_IsReadyAgainAndTakesNothingWhenItComesLate()
    {
        var (options, clock) = (cluster.NewOptions(), new ManualTimeProvider());
        await using var f = await FixtureAsync(options, clock, 1);
        var session = await f.OpenAsync();
        await f.AcceptAsync("unheard");
        var (unheard, heard) = (await f.TakeOneAsync(session), await f.StartAsync(session, "heard"));
        var (id, taken) = ($"'{session.Value}'", $"ARRAY['{unheard.Taken.Id}']::uuid[]");

        Assert.Equal(1, await AskAsync<int>($"SELECT actant_give_back({id}, {taken})"));
        Assert.Equal(0, await AskAsync<int>($"SELECT actant_give_back({id}, {taken})"));

        Assert.Equal(0, await AskAsync<long>($"SELECT count(name) FROM actant_take('{clock.GetUtcNow():O}', {id}, 1, 1, NULL, NULL, {taken}, '')"));
        var again = await f.TakeOneAsync(session);
        Assert.Equal((unheard.Thread, 0), (again.Thread, again.Crashes));
        await f.StoreAsync(f.Append(heard));

        Task<T> AskAsync<T>(string sql) => cluster.AskAsync<T>($"SET search_path = {options.Schema}; {sql}");
    }

    [Fact]
    [Trait("Row", "X5")]
    public async Task Take_MoreTenantsThanAPollHolds_AllAreServedInTurns()
    {
        await using var f = await FixtureAsync(cluster.NewOptions(), new ManualTimeProvider(), 1);
        var session = await f.OpenAsync();
        for (var i = 0; i < 300; i++)
        {
            var tenant = f.Store.For(new TenantId($"t{i}"));
            if (i < 200)
                await tenant.SetShareAsync(new TenantShare(MaxRunning: 1), default);
            await tenant.SubmitAsync([f.Submission("a"), f.Submission("b")], default);
        }

        // Tenants at their caps stand between the others, and each poll sees 128: nobody is missed.
        var taken = new List<TakenThread>();
        for (var takes = 0; takes < 100 && taken.Count < 400; takes++)
            taken.AddRange(await f.TakeAsync(session, max: 50));
        var last = await f.Store.TakeAsync(f.TakeFor(session), default);

        Assert.Equal(400, taken.Count);
        Assert.Equal(300, taken.Select(lease => lease.Thread.Tenant).Distinct().Count());
        Assert.Empty(last.Threads);
        Assert.Equal(200, last.Capped.Distinct().Count());
    }

    [Fact]
    public async Task Take_InputOfWhatBegins_ComesAlong()
    {
        await using var f = await FixtureAsync(cluster.NewOptions(), new ManualTimeProvider(), 1);
        var session = await f.OpenAsync();
        await f.SubmitAsync(f.Submission("new", input: "go"));
        var begun = await f.TakeOneAsync(session);
        await f.StoreAsync(f.Append(begun) with { Consumed = [1], Lease = LeaseChange.Sleep, Due = f.Clock.GetUtcNow() });
        var again = await f.TakeOneAsync(session);
        await f.SubmitAsync(f.Submission("large", input: new string('x', 100_000)));
        var large = await f.TakeOneAsync(session);

        var input = Assert.Single(begun.Inbox!);
        Assert.Equal("go", System.Text.Encoding.UTF8.GetString(input.Body.Span));
        Assert.Equal(begun.Current!.Id, input.Execution);
        Assert.Empty(again.Inbox!);
        Assert.Null(large.Inbox);
    }

    private static async Task<StoreFixture> FixtureAsync(PostgresStoreOptions options, ManualTimeProvider clock, int series) =>
        new(await PostgresStore.OpenAsync(options, TimeProvider.System, clock, new SequentialIdGenerator(series), default), clock);

    private static async Task NextAsync(IAsyncEnumerable<Wakeup> wakeups, Wakeup expected)
    {
        await foreach (var wakeup in wakeups)
        {
            if (wakeup == expected)
                return;
        }

        Assert.Fail($"Nobody said {expected}.");
    }
}
