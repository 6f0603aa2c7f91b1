using Actant.Catalogue;

namespace Actant.Tests.Catalogue;

public sealed class SharedReadsTests
{
    private readonly List<TaskCompletionSource<int>> _reads = [];
    private readonly SharedReads<string, int> _shared;

    public SharedReadsTests()
    {
        _shared = new SharedReads<string, int>(_ =>
        {
            _reads.Add(new TaskCompletionSource<int>());
            return new ValueTask<int>(_reads[^1].Task);
        });
    }

    [Fact]
    public async Task Read_WhileOneIsUnderWay_AllGetWhatTheNextFinds()
    {
        var first = Ask("agent");
        var second = Ask("agent");
        var third = Ask("agent");
        Assert.Single(_reads);

        _reads[0].SetResult(1);
        Assert.Equal(1, await first);
        Assert.Equal(2, _reads.Count);
        Assert.False(second.IsCompleted);

        _reads[1].SetResult(2);
        Assert.Equal(2, await second);
        Assert.Equal(2, await third);
        Assert.Equal(2, _reads.Count);
    }

    [Fact]
    public async Task Read_ForThoseWhoCameLater_IsNotInTheContextOfTheFirst()
    {
        var caller = new AsyncLocal<string?>();
        var seen = new List<string?>();
        var gate = new TaskCompletionSource<int>();
        var shared = new SharedReads<string, int>(async _ =>
        {
            seen.Add(caller.Value);
            return await gate.Task;
        });

        caller.Value = "first";
        var first = shared.ReadAsync("agent", TestContext.Current.CancellationToken);
        caller.Value = "second";
        var second = shared.ReadAsync("agent", TestContext.Current.CancellationToken);
        await Task.Run(() => gate.SetResult(1), TestContext.Current.CancellationToken);

        Assert.Equal(1, await first);
        Assert.Equal(1, await second);
        Assert.Equal(2, seen.Count);
        Assert.NotEqual("first", seen[1]);
    }

    [Fact]
    public async Task Read_AfterOneHasEnded_HasItsOwn()
    {
        var first = Ask("agent");
        _reads[0].SetResult(1);
        Assert.Equal(1, await first);

        var second = Ask("agent");
        _reads[1].SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Read_OtherKey_DoesNotWait()
    {
        var one = Ask("one");
        var other = Ask("other");

        _reads[1].SetResult(2);
        Assert.Equal(2, await other);
        _reads[0].SetResult(1);
        Assert.Equal(1, await one);
    }

    [Fact]
    public async Task Read_Fails_OnlyForThoseWhoWaitedForIt()
    {
        var first = Ask("agent");
        var second = Ask("agent");

        _reads[0].SetException(new IOException("away"));
        await Assert.ThrowsAsync<IOException>(() => first);
        _reads[1].SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Read_GivenUp_TheOthersAreAnswered()
    {
        using var gone = new CancellationTokenSource();
        var first = _shared.ReadAsync("agent", gone.Token);
        var second = _shared.ReadAsync("agent", gone.Token);
        var third = Ask("agent");

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _reads[0].SetResult(1);
        _reads[1].SetResult(2);
        Assert.Equal(2, await third);
    }

    private Task<int> Ask(string key) => _shared.ReadAsync(key, TestContext.Current.CancellationToken);
}
