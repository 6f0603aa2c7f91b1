using Actant.DurableStores;

namespace Actant.Tests.DurableStores;

public sealed class WriteQueueTests
{
    private static readonly CancellationToken s_none = CancellationToken.None;

    private readonly WriteQueue _queue = new();

    [Fact]
    public async Task Write_Answered_IsToldOnlyWhenItIsComplete()
    {
        var write = new Write { Bytes = 1 };
        var answer = _queue.WriteAsync(write, s_none).AsTask();

        Assert.True(_queue.TryPick(out var picked));
        write.Answer(5);
        Assert.False(answer.IsCompleted);
        picked.Complete();

        Assert.Same(write, picked);
        Assert.Equal(5, await answer);
    }

    [Fact]
    public async Task Write_TriedAgain_TheLastWordCounts()
    {
        var (well, ill) = (new Write { Bytes = 1 }, new Write { Bytes = 1 });
        well.Refuse(new InvalidOperationException("rolled back"));
        well.Answer(5);
        ill.Answer(5);
        ill.Refuse(new InvalidOperationException("commit failed"));

        well.Complete();
        ill.Complete();

        Assert.Equal(5, await well.Task);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ill.Task);
    }

    [Fact]
    public async Task TryPick_CallerHasGivenUp_IsPassedOver()
    {
        using var gaveUp = new CancellationTokenSource();
        var given = _queue.WriteAsync(new Write { Bytes = 1 }, gaveUp.Token).AsTask();
        var next = new Write { Bytes = 1 };
        _ = _queue.WriteAsync(next, s_none).AsTask();

        await gaveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.True(_queue.TryPick(out var picked));
        Assert.Same(next, picked);
        Assert.False(_queue.TryPick(out _));
    }

    [Fact]
    public async Task TryPick_CallerGivesUpAfterwards_IsToldWhatBecameOfIt()
    {
        using var gaveUp = new CancellationTokenSource();
        var write = new Write { Bytes = 1 };
        var answer = _queue.WriteAsync(write, gaveUp.Token).AsTask();
        Assert.True(_queue.TryPick(out _));

        await gaveUp.CancelAsync();
        write.Answer(5);
        write.Complete();

        Assert.Equal(5, await answer);
    }

    [Fact]
    public async Task Close_TakesNoMoreAndEndsAfterWhatIsQueued()
    {
        _ = _queue.WriteAsync(new Write { Bytes = 1 }, s_none).AsTask();
        _queue.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _queue.WriteAsync(new Write { Bytes = 1 }, s_none).AsTask());
        Assert.True(await _queue.WaitAsync());
        Assert.True(_queue.TryPick(out _));
        Assert.False(await _queue.WaitAsync());
    }

    private sealed class Write : QueuedWrite<int>;
}
