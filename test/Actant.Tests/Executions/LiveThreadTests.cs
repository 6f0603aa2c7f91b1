using Actant.Events;
using Actant.Journaling;
using Actant.Testing;

namespace Actant.Tests.Executions;

[Trait("Row", "X6")]
public sealed class LiveThreadTests
{
    private static readonly ExecutionId s_execution = new(new SequentialIdGenerator().Next());
    private readonly LiveThread _thread = new(readerBuffer: 2);
    private readonly SequentialIdGenerator _ids = new();

    [Fact]
    public void Subscribe_NobodyOwnsIt_PositionIsUnknown() => Assert.Equal(0, _thread.Subscribe().Position);

    [Fact]
    public void Subscribe_Owned_KnowsPositionAndUnfinishedDeltas()
    {
        Store(4, new Taken(), epoch: 1);
        _thread.Publish(Delta("m", 0, "ab", epoch: 1));

        var subscription = _thread.Subscribe();

        Assert.Equal(4, subscription.Position);
        Assert.Equal(new EventId(4, 1), Assert.Single(Assert.Single(subscription.Unfinished).Deltas).Id);
    }

    [Fact]
    public void Subscribe_AnswersInTurns_PublishesEachDeltaAsItCame()
    {
        Store(1, new Taken(), epoch: 1);
        AnswerDelta[] deltas =
        [
            Delta("m", 0, "ab", epoch: 1), Delta("n", 0, "x", epoch: 1), Delta("m", 2, "c", epoch: 1), Delta("n", 1, "yz", epoch: 1),
        ];
        foreach (var delta in deltas)
        {
            _thread.Publish(delta);
        }

        Assert.Equal(
            deltas.Select((delta, index) => (StreamEvent)new StreamEvent.DeltaPublished(new EventId(1, index + 1), delta)),
            _thread.Subscribe().Unfinished.SelectMany(answer => answer.After(default)).OfType<StreamEvent.DeltaPublished>().OrderBy(item => item.Id).Select(item => item with { Run = default }));
    }

    [Fact]
    public void Restart_ShownAgain_KeepsWhereVoidDeltasWereAndTheNewText()
    {
        Store(1, new Taken(), epoch: 1);
        _thread.Publish(Delta("m", 0, "ab", epoch: 1));
        _thread.Restart(Delta("m", 0, "", epoch: 1));
        _thread.Publish(Delta("m", 0, "cd", epoch: 1));
        _thread.Restart(Delta("m", 0, "", epoch: 1));
        _thread.Publish(Delta("m", 0, "ef", epoch: 1));

        var kept = _thread.Subscribe().Unfinished;

        var answer = Assert.Single(kept);
        Assert.Equal("ef", answer.Text);
        Assert.Equal(new EventId(1, 4), answer.Run);
        Assert.Equal(new EventId(1, 1), answer.Earliest);
    }

    [Fact]
    public void Stored_Answer_IsNoLongerUnfinished()
    {
        Store(1, new Taken(), epoch: 1);
        _thread.Publish(Delta("m", 0, "ab", epoch: 1));
        _thread.Publish(Delta("n", 0, "cd", epoch: 1));

        Store(2, Answer("m"), epoch: 1);

        Assert.Equal("n", Assert.Single(_thread.Subscribe().Unfinished).About.MessageId);
    }

    [Fact]
    public void Stored_TakeOver_ForgetsDeltasOfTheFormerOwner()
    {
        Store(1, new Taken(), epoch: 1);
        _thread.Publish(Delta("m", 0, "ab", epoch: 1));

        Store(2, new Taken(), epoch: 2);
        _thread.Publish(Delta("m", 2, "late", epoch: 1));

        Assert.Empty(_thread.Subscribe().Unfinished);
    }

    [Fact]
    public void Leave_FormerEpoch_KeepsTheOwner()
    {
        Store(1, new Taken(), epoch: 1);
        Store(2, new Taken(), epoch: 2);

        _thread.Leave(epoch: 1);
        Assert.True(_thread.IsOwned);

        _thread.Leave(epoch: 2);
        Assert.False(_thread.IsOwned);
    }

    [Fact]
    public void Stored_LearntLate_IsNotPublishedBehindWhatFollowed()
    {
        Store(1, new Taken(), epoch: 1);
        Store(3, new Taken(), epoch: 2);
        var subscription = _thread.Subscribe();

        Store(2, Answer("m"), epoch: 1);

        Assert.False(subscription.Events.TryRead(out _));
        Assert.Equal(3, _thread.Subscribe().Position);
    }

    [Fact]
    public void Restart_DeltasWereShown_IsPublishedOnceAndKeptForThoseWhoSawThem()
    {
        Store(1, new Taken(), epoch: 1);
        _thread.Publish(Delta("m", 0, "ab", epoch: 1));
        var subscription = _thread.Subscribe();

        _thread.Restart(Delta("m", 0, "", epoch: 1));
        _thread.Restart(Delta("m", 0, "", epoch: 1));

        Assert.True(subscription.Events.TryRead(out var item));
        Assert.IsType<StreamEvent.AnswerRestarted>(item);
        Assert.False(subscription.Events.TryRead(out _));
        var kept = Assert.Single(_thread.Subscribe().Unfinished);
        Assert.Equal("", kept.Text);
        Assert.Equal(new EventId(1, 1), kept.Earliest);
        Assert.Equal(new EventId(1, 2), kept.Run);
    }

    [Fact]
    public void Restart_NothingWasShown_IsNotPublished()
    {
        Store(1, new Taken(), epoch: 1);
        var subscription = _thread.Subscribe();

        _thread.Restart(Delta("m", 0, "", epoch: 1));

        Assert.False(subscription.Events.TryRead(out _));
    }

    [Fact]
    public async Task Publish_ReaderFallsBehind_IsLetGoAndOthersHearAll()
    {
        Store(1, new Taken(), epoch: 1);
        var slow = _thread.Subscribe();
        var quick = _thread.Subscribe();

        for (var i = 0; i < 5; i++)
        {
            _thread.Publish(Delta("m", i, "x", epoch: 1));
            Assert.True(quick.Events.TryRead(out _));
        }

        Assert.True(slow.Events.TryRead(out _));
        Assert.True(slow.Events.TryRead(out _));
        await Assert.ThrowsAsync<ReaderTooSlowException>(async () => await slow.Events.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Close_Readers_End()
    {
        var before = _thread.Subscribe();

        _thread.Close();

        Assert.False(await before.Events.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.False(await _thread.Subscribe().Events.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Follow_EntriesLieBehindAnAnswersBegin_KeepsAllOfItForThoseWhoJoin()
    {
        Assert.True(_thread.TryFollow(static () => { }, Task.FromResult(true), out _));
        StreamEvent[] published = [Published(new EventId(2, 1), 0, "ab"), Published(new EventId(4, 2), 2, "c")];

        Assert.True(_thread.Follow(epoch: 1, position: 5, published));
        _thread.FollowDelta(new EventId(5, 1), Delta("m", 3, "d", epoch: 1));

        Assert.Equal([0, 2, 3], Assert.Single(_thread.Subscribe().Unfinished).Deltas.Select(delta => delta.Offset));
        Assert.Equal(5, _thread.Subscribe().Position);

        StreamEvent Published(EventId id, int offset, string text) => new StreamEvent.DeltaPublished(id, Delta("m", offset, text, epoch: 1));
    }

    [Fact]
    public void BeginAgain_AfterATakeOver_IsPublishedOnceToAllWhoComeFromBefore()
    {
        Store(3, new Taken(), epoch: 2);
        var subscription = _thread.Subscribe();

        _thread.BeginAgain(Delta("m", 0, "", epoch: 2));
        _thread.Publish(Delta("m", 0, "ab", epoch: 2));
        _thread.BeginAgain(Delta("m", 0, "", epoch: 2));

        Assert.True(subscription.Events.TryRead(out var item));
        Assert.Equal(new EventId(3, 1), Assert.IsType<StreamEvent.AnswerRestarted>(item).Id);
        Assert.True(subscription.Events.TryRead(out item));
        Assert.IsType<StreamEvent.DeltaPublished>(item);
        Assert.False(subscription.Events.TryRead(out _));
        var kept = _thread.Subscribe().Unfinished[0];
        Assert.Equal(default, kept.Earliest);
        Assert.Equal("ab", kept.Text);
    }

    [Fact]
    public void Hub_LastReference_ForgetsTheThread()
    {
        var hub = new EventHub(new EngineOptions().ReaderBuffer);
        var key = new ThreadKey(TenantId.Default, "t");
        var first = hub.Acquire(key);

        Assert.Same(first, hub.Acquire(key));
        hub.Release(key, first);
        Assert.Equal(1, hub.Count);
        hub.Release(key, first);
        Assert.Equal(0, hub.Count);
    }

    [Fact]
    public void Hub_ClosedThread_NextOneOfThatNameIsNew()
    {
        var hub = new EventHub(new EngineOptions().ReaderBuffer);
        var key = new ThreadKey(TenantId.Default, "t");
        var deleted = hub.Acquire(key);

        hub.Close(key);
        var fresh = hub.Acquire(key);
        hub.Release(key, deleted);

        Assert.NotSame(deleted, fresh);
        Assert.Same(fresh, hub.Acquire(key));
    }

    private static AnswerDelta Delta(string message, int offset, string text, long epoch) => new()
    {
        Execution = s_execution,
        Path = "",
        Activation = message,
        MessageId = message,
        Attempt = 1,
        Epoch = epoch,
        Offset = offset,
        Text = text,
    };

    private static ModelAnswered Answer(string message) => new()
    {
        Message = Message.OfText(Roles.Assistant, "ab", message, "agent"),
        Request = null!,
        Model = "any",
        ModelSource = "gated",
    };

    private void Store(long position, EntryPayload payload, long epoch) => _thread.Stored(
    [
        new Entry { Id = _ids.Next(), Position = position, Execution = payload is Taken ? null : s_execution, Activation = "m", At = ManualTimeProvider.DefaultStart, Epoch = epoch, Payload = payload },
    ]);
}
