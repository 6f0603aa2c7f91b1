using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Submit_NewThread_StoresExecutionAndInput()
    {
        await using var f = await FixtureAsync();
        var deadline = f.Clock.GetUtcNow().AddHours(1);
        var submission = f.Submission("t", "key") with { Priority = 7, Deadline = deadline };

        var result = await f.SubmitAsync(submission);

        Assert.Equal(SubmitOutcome.Accepted, result.Outcome);
        var record = await f.GetAsync(submission.Id);
        Assert.Equal(result.Execution, record);
        Assert.Equal(
            new ExecutionRecord
            {
                Id = submission.Id,
                Thread = StoreFixture.Key("t"),
                Status = ExecutionStatus.Pending,
                Agent = "agent",
                Definition = StoreFixture.Definition,
                Priority = 7,
                Deadline = deadline,
                CreatedAt = f.Clock.GetUtcNow(),
                IdempotencyKey = "key",
                Fingerprint = submission.Fingerprint,
            },
            record);
        var input = Assert.Single(await f.ReadInboxAsync("t"));
        Assert.Equal((1, SignalKind.Input, submission.Id, $"input:{submission.Id}"), (input.Number, input.Kind, input.Execution, input.Key));
        Assert.Equal(submission.Input.ToArray(), input.Body.ToArray());
        Assert.Null(input.Target);
    }

    [Fact]
    public async Task Submit_SameKeyInParallel_MakesOneExecution()
    {
        await using var f = await FixtureAsync();
        var submissions = Enumerable.Range(0, 50).Select(_ => f.Submission("t", "key")).ToArray();

        var results = await Task.WhenAll(submissions.Select(submission => Task.Run(() => f.SubmitAsync(submission))));

        Assert.Single(results, result => result.Outcome == SubmitOutcome.Accepted);
        Assert.Equal(49, results.Count(result => result.Outcome == SubmitOutcome.Replayed));
        Assert.Single(results.Select(result => result.Execution!.Id).Distinct());
        Assert.Single((await f.Tenant.ListExecutionsAsync(new ExecutionFilter(), null, 100, default)).Items);
        Assert.Single(await f.ReadInboxAsync("t"));
    }

    [Fact]
    public async Task Submit_KnownKeyWithAnotherFingerprint_IsKeyConflict()
    {
        await using var f = await FixtureAsync();
        var first = f.Submission("t", "key", "one");
        await f.SubmitAsync(first);

        var second = await f.SubmitAsync(f.Submission("u", "key", "two"));

        Assert.Equal((SubmitOutcome.KeyConflict, first.Id), (second.Outcome, second.Execution!.Id));
        Assert.Null(await f.Tenant.GetThreadAsync("u", default));
    }

    [Fact]
    public async Task Submit_KnownIdWithoutKey_IsReplayed()
    {
        await using var f = await FixtureAsync();
        var submission = f.Submission("t");
        await f.SubmitAsync(submission);

        Assert.Equal(SubmitOutcome.Replayed, (await f.SubmitAsync(submission)).Outcome);
        Assert.Equal(
            SubmitOutcome.KeyConflict, (await f.SubmitAsync(submission with { Fingerprint = BlobHash.Of("other"u8) })).Outcome);
    }

    [Fact]
    public async Task Submit_SameKeyInAnotherTenant_IsAnotherExecution()
    {
        await using var f = await FixtureAsync();
        var submission = f.Submission("t", "key");
        await f.SubmitAsync(submission);

        var other = Assert.Single(await f.Store.For(new TenantId("other")).SubmitAsync([submission], default));

        Assert.Equal(SubmitOutcome.Accepted, other.Outcome);
    }

    [Fact]
    public async Task Submit_BusyThread_WaitsAndRunsNext()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var second = await f.AcceptAsync("t");
        Assert.Equal(1, (await f.Tenant.GetThreadAsync("t", default))!.Queued);

        await f.StoreAsync(f.End(lease) with { SeenSignal = 2 });

        var next = await f.TakeOneAsync(session);
        Assert.Equal(second, next.Current!.Id);
        Assert.Equal(ExecutionStatus.Running, next.Current.Status);
    }

    [Fact]
    public async Task Submit_BusyThreadWithReject_NamesWhatIsInTheWay()
    {
        await using var f = await FixtureAsync();
        var first = await f.AcceptAsync("t");

        var refused = await f.SubmitAsync(f.Submission("t") with { WhenBusy = BusyStrategy.Reject });

        Assert.Equal((SubmitOutcome.Busy, first), (refused.Outcome, refused.Execution!.Id));
        Assert.Single(await f.ReadInboxAsync("t"));
    }

    [Fact]
    public async Task Submit_ThreadLeasedWithoutExecution_IsBusy()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        await f.StoreAsync(f.End(await f.StartAsync(session, "t")));
        await f.SignalAsync("t", f.Signal(SignalKind.StateUpdate, null));
        Assert.Null((await f.TakeOneAsync(session)).Current);

        var refused = await f.SubmitAsync(f.Submission("t") with { WhenBusy = BusyStrategy.Reject });

        Assert.Equal(SubmitOutcome.Busy, refused.Outcome);
        Assert.Null(refused.Execution);
    }

    [Fact]
    public async Task Submit_InterruptedThread_NeedsAStrategy()
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        await f.StoreAsync(f.Append(lease) with
        {
            Executions = [new ExecutionChange { Execution = lease.Current!.Id, Status = ExecutionStatus.Interrupted }],
            Lease = LeaseChange.Sleep,
        });

        var refused = await f.SubmitAsync(f.Submission("t"));
        var queued = await f.SubmitAsync(f.Submission("t") with { WhenBusy = BusyStrategy.Enqueue });

        Assert.Equal((SubmitOutcome.ThreadInterrupted, lease.Current.Id), (refused.Outcome, refused.Execution!.Id));
        Assert.Equal(SubmitOutcome.Accepted, queued.Outcome);
    }

    [Theory]
    [InlineData(BusyStrategy.Interrupt)]
    [InlineData(BusyStrategy.Rollback)]
    public async Task Submit_DisplacingTheOpenExecution_CancelsItInTheSameCommit(BusyStrategy strategy)
    {
        await using var f = await FixtureAsync();
        var lease = await f.StartAsync(await f.OpenAsync(), "t");
        var second = f.Submission("t") with { WhenBusy = strategy, Displacement = StoreFixture.Bytes("displaced") };

        Assert.Equal(SubmitOutcome.Accepted, (await f.SubmitAsync(second)).Outcome);

        var cancel = Assert.Single(await f.ReadInboxAsync(lease.Thread.Thread), signal => signal.Kind == SignalKind.Cancel);
        Assert.Equal((lease.Current!.Id, $"displaced:{second.Id}"), (cancel.Execution, cancel.Key));
        Assert.Equal("displaced"u8.ToArray(), cancel.Body.ToArray());
        Assert.Equal(AppendOutcome.CancelRequested, (await f.AppendAsync(f.End(lease))).Outcome);
    }

    [Fact]
    public async Task Submit_DisplacingASleepingExecution_WakesIt()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        await f.StoreAsync(f.Append(lease) with { Lease = LeaseChange.Sleep });
        Assert.Empty(await f.TakeAsync(session));

        await f.SubmitAsync(f.Submission("t") with { WhenBusy = BusyStrategy.Interrupt });

        Assert.Equal(lease.Current!.Id, (await f.TakeOneAsync(session)).Current!.Id);
    }

    [Fact]
    public async Task Submit_WithLease_TakesAFreeThreadAtOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();

        var result = await f.SubmitAsync(f.Submission("t") with { LeaseTo = f.TakeFor(session) });

        Assert.NotNull(result.Lease);
        Assert.Equal((1, 1, 1), (result.Lease.Epoch, result.Lease.Taken.Position, result.Lease.SignalNumber));
        Assert.Equal((ExecutionStatus.Running, f.Clock.GetUtcNow()), (result.Execution!.Status, result.Execution.StartedAt));
        Assert.Equal(result.Execution, result.Lease.Current);
        Assert.Equal("taken"u8.ToArray(), Assert.Single(await f.ReadAsync("t")).Body.ToArray());
        await f.StoreAsync(f.End(result.Lease));
    }

    [Fact]
    public async Task Submit_WithLeaseAgainAfterALostAnswer_AnswersWithTheLease()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var submission = f.Submission("t", "key") with { LeaseTo = f.TakeFor(session) };
        var first = await f.SubmitAsync(submission);

        var again = await f.SubmitAsync(submission);
        var somebodyElse = await f.SubmitAsync(submission with { Id = new ExecutionId(f.NextId()) });
        await f.StoreAsync(f.Append(first.Lease!));
        var late = await f.SubmitAsync(submission);

        Assert.Equal((SubmitOutcome.Replayed, first.Lease!.Epoch), (again.Outcome, again.Lease!.Epoch));
        Assert.Equal(first.Lease.Taken.Id, again.Lease.Taken.Id);
        Assert.Null(somebodyElse.Lease);
        Assert.Null(late.Lease);
    }

    [Fact]
    public async Task Submit_WithLeaseWhereItCannotBe_Queues()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var ended = await f.OpenAsync();
        await f.Store.EndSessionAsync(ended, default);
        await f.AcceptAsync("busy");

        Assert.Null((await f.SubmitAsync(f.Submission("busy") with { LeaseTo = f.TakeFor(session) })).Lease);
        Assert.Null((await f.SubmitAsync(f.Submission("a") with { LeaseTo = f.TakeFor(ended) })).Lease);
        Assert.Null((await f.SubmitAsync(f.Submission("b") with { LeaseTo = f.TakeFor(session), Held = true })).Lease);
        Assert.Equal(["busy", "a"], (await f.TakeAsync(session)).Select(lease => lease.Thread.Thread));
    }

    [Fact]
    public async Task Start_HeldSubmission_IsTakenOnlyThen()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var held = f.Submission("t") with { Held = true };
        await f.SubmitAsync(held);
        Assert.Empty(await f.TakeAsync(session));
        Assert.Null((await f.Tenant.GetThreadAsync("t", default))!.Current);

        Assert.True(await f.Tenant.StartAsync(held.Id, null, default));
        Assert.True(await f.Tenant.StartAsync(held.Id, null, default));

        Assert.False((await f.GetAsync(held.Id)).Held);
        Assert.Equal(held.Id, (await f.TakeOneAsync(session)).Current!.Id);
        Assert.False(await f.Tenant.StartAsync(new ExecutionId(f.NextId()), null, default));
    }

    [Fact]
    public async Task Start_HeldBeforeAnother_GoesFirstAgain()
    {
        await using var f = await FixtureAsync();
        var held = f.Submission("t") with { Held = true };
        await f.SubmitAsync(held);
        var second = await f.AcceptAsync("t");
        Assert.Equal(second, (await f.Tenant.GetThreadAsync("t", default))!.Current);

        await f.Tenant.StartAsync(held.Id, null, default);

        Assert.Equal(held.Id, (await f.TakeOneAsync(await f.OpenAsync())).Current!.Id);
    }
}
