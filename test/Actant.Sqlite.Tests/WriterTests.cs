using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

public sealed class WriterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_AnswerLostAroundTheCommit_TheSameCallTells(bool afterCommit)
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var writer = ((SqliteStore)f.Store).Writer;
        var append = f.Append(lease);

        writer.Fault = phase =>
        {
            if (phase == (afterCommit ? CommitPhase.After : CommitPhase.Before))
                throw new IOException("lost");
        };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => f.AppendAsync(append));
        writer.Fault = null;

        Assert.Equal(afterCommit ? AppendOutcome.Replayed : AppendOutcome.Stored, (await f.AppendAsync(append)).Outcome);
        Assert.Equal(2, (await f.ReadAsync("t")).Count);
    }

    [Fact]
    public async Task Write_ManyAtOnce_ShareCommits()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var writer = ((SqliteStore)f.Store).Writer;
        using var gate = new ManualResetEventSlim();
        var (entered, blocked) = Block(writer, gate);
        await entered;
        var before = writer.Commits;

        var submissions = Enumerable.Range(0, 100).Select(i => f.SubmitAsync(f.Submission($"t{i}"))).ToArray();
        gate.Set();
        await Task.WhenAll(submissions);
        await blocked;

        Assert.Equal(before + 2, writer.Commits);
    }

    [Fact]
    public async Task Write_ABadRowInABatch_FailsAloneAndTheOthersAreStored()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var writer = ((SqliteStore)f.Store).Writer;
        using var gate = new ManualResetEventSlim();
        var (entered, blocked) = Block(writer, gate);
        await entered;

        var good = Enumerable.Range(0, 10).Select(i => f.SubmitAsync(f.Submission($"a{i}"))).ToArray();
        var bad = writer.WriteAsync(1, BreakAConstraint, CancellationToken.None).AsTask();
        var broken = writer.WriteAsync<int>(1, FailHalfWay, CancellationToken.None).AsTask();
        var alsoGood = Enumerable.Range(0, 10).Select(i => f.SubmitAsync(f.Submission($"b{i}"))).ToArray();
        gate.Set();

        await Assert.ThrowsAsync<ArgumentException>(() => bad);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.All(await Task.WhenAll([.. good, .. alsoGood]), result => Assert.Equal(SubmitOutcome.Accepted, result.Outcome));
        await blocked;
        Assert.Equal(20, (await f.Tenant.ListThreadsAsync(null, 100, default)).Items.Count);
        Assert.Null(await f.Tenant.ReadDefinitionAsync(BlobHash.Of("half"u8), default));
    }

    [Fact]
    public async Task Append_UsageBesideABadRow_CountsWhatIsStored()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var leases = new[] { await f.StartAsync(await f.OpenAsync(), "a"), await f.StartAsync(await f.OpenAsync(), "b") };
        var writer = ((SqliteStore)f.Store).Writer;
        using var gate = new ManualResetEventSlim();
        var (entered, blocked) = Block(writer, gate);
        await entered;

        var good = f.AppendAsync(f.Append(leases[0]) with { Usage = [Used("m", 3)] });
        var broken = writer.WriteAsync<int>(1, CountHalfWay, CancellationToken.None).AsTask();
        var alsoGood = f.AppendAsync(f.Append(leases[1]) with { Usage = [Used("m", 4)] });
        gate.Set();

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.All(await Task.WhenAll(good, alsoGood), result => Assert.Equal(AppendOutcome.Stored, result.Outcome));
        await blocked;
        Assert.Equal(Used("m", 7) with { Calls = 2 }, Assert.Single(await UsageAsync(f)).Amount);
    }

    [Fact]
    public async Task Append_UsageThatDoesNotFit_FailsAloneAndTheOthersAreStored()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var leases = new[] { await f.StartAsync(await f.OpenAsync(), "a"), await f.StartAsync(await f.OpenAsync(), "b") };
        await f.AppendAsync(f.Append(leases[0]) with { Usage = [Used("full", long.MaxValue)] });
        using var gate = new ManualResetEventSlim();
        var (entered, blocked) = Block(((SqliteStore)f.Store).Writer, gate);
        await entered;

        var bad = f.AppendAsync(f.Append(leases[0], after: 1) with { Usage = [Used("full", 1)] });
        var good = f.AppendAsync(f.Append(leases[1]) with { Usage = [Used("m", 4)] });
        gate.Set();

        await Assert.ThrowsAnyAsync<Exception>(() => bad);
        Assert.Equal(AppendOutcome.Stored, (await good).Outcome);
        await blocked;
        Assert.Equal([Used("full", long.MaxValue), Used("m", 4)], (await UsageAsync(f)).Select(row => row.Amount));
    }

    [Fact]
    public async Task Write_CancelledBeforePickedUp_NeverHappens()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        using var gate = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var (entered, blocked) = Block(((SqliteStore)f.Store).Writer, gate);
        await entered;

        var write = f.Tenant.SubmitAsync([f.Submission("t")], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        gate.Set();
        await blocked;

        await f.Store.PingAsync(default);
        Assert.Null(await f.Tenant.GetThreadAsync("t", default));
    }

    [Fact]
    public async Task Dispose_QueuedWrites_AreFinished()
    {
        using var folder = new TemporaryFolder();
        var f = await OpenAsync(folder);
        using var gate = new ManualResetEventSlim();
        var (entered, blocked) = Block(((SqliteStore)f.Store).Writer, gate);
        await entered;
        var write = f.SubmitAsync(f.Submission("t"));

        var closing = f.DisposeAsync().AsTask();
        gate.Set();
        await closing;

        Assert.Equal(SubmitOutcome.Accepted, (await write).Outcome);
        await blocked;
        await using var again = await OpenAsync(folder);
        Assert.NotNull(await again.Tenant.GetThreadAsync("t", default));
    }

    private static int BreakAConstraint(WriteScope scope)
    {
        scope.Connection.Execute("INSERT INTO tenants (name) VALUES ('twice'); INSERT INTO tenants (name) VALUES ('twice')");
        return 0;
    }

    private static int FailHalfWay(WriteScope scope)
    {
        Content.WriteDefinition(scope, TenantId.Default, BlobHash.Of("half"u8), "half"u8.ToArray());
        throw new InvalidOperationException("half way");
    }

    private static int CountHalfWay(WriteScope scope)
    {
        scope.Usage.Add(1, scope.Now, Used("m", 100));
        return FailHalfWay(scope);
    }

    private static UsageAmount Used(string model, long tokens) => new() { Agent = "a", Provider = "p", Model = model, Calls = 1, InputTokens = tokens };

    private static async Task<IReadOnlyList<DailyUsage>> UsageAsync(StoreFixture f)
    {
        var today = DateOnly.FromDateTime(f.Clock.GetUtcNow().UtcDateTime);
        return await f.Tenant.ReadUsageAsync(today, today, default);
    }

    /// <summary>Holds the writer inside a transaction, so that what follows comes together.</summary>
    private static (Task Entered, Task Blocked) Block(Writer writer, ManualResetEventSlim gate)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocked = writer.WriteAsync(
            1,
            _ =>
            {
                entered.TrySetResult();
                gate.Wait(TimeSpan.FromSeconds(30));
                return 0;
            },
            CancellationToken.None);
        return (entered.Task, blocked.AsTask());
    }

    private static async Task<StoreFixture> OpenAsync(TemporaryFolder folder)
    {
        var clock = new ManualTimeProvider();
        return new StoreFixture(await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(), default), clock);
    }
}
