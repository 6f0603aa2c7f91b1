using Actant.Storage;
using Actant.Testing;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T7")]
public sealed class GrantedCallsTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _clock = new();
    private readonly List<GrantRequest> _asked = [];
    private Func<GrantRequest, ValueTask<Grant?>> _answer = static request => new(new Grant(request.Wanted, TimeSpan.Zero, TimeSpan.Zero, 0));

    [Fact]
    public async Task TryTake_WhileOneAsks_TheOthersAreAskedForTogether()
    {
        var first = new TaskCompletionSource<Grant?>();
        _answer = _ => new(first.Task);
        var calls = Calls();
        var waiting = Enumerable.Range(1, 5).Select(_ => TryAsync(calls)).ToList();
        _answer = static _ => new(new Grant(3, TimeSpan.Zero, TimeSpan.FromSeconds(7), 0));

        first.SetResult(new Grant(1, TimeSpan.Zero, TimeSpan.Zero, 0));
        var answers = await Task.WhenAll(waiting);

        Assert.Equal([1, 4], _asked.Select(static request => request.Wanted));
        Assert.Equal([null, null, null, null, TimeSpan.FromSeconds(7)], answers);
    }

    [Fact]
    public async Task TryTake_SliceLasts_AsksNobody()
    {
        _answer = static _ => new(new Grant(3, TimeSpan.FromSeconds(1), TimeSpan.Zero, 5));
        var calls = Calls();

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await TryAsync(calls));
        }

        Assert.Single(_asked);
        Assert.Null(await TryAsync(calls));
        Assert.Equal((1, 3, 0), (_asked[1].Wanted, _asked[1].Spare, _asked[1].Unspent));
    }

    [Fact]
    public async Task TryTake_SliceIsTooOld_GoesBack()
    {
        _answer = static _ => new(new Grant(3, TimeSpan.FromSeconds(1), TimeSpan.Zero, 5));
        var calls = Calls();
        await TryAsync(calls);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await TryAsync(calls));

        Assert.Equal(2, _asked.Count);
        Assert.Equal((2, 5L, 0), (_asked[1].Unspent, _asked[1].UnspentSlice, _asked[1].Spare));
    }

    [Fact]
    public async Task TryTake_OtherLimitOfTheTool_HasItsOwnSlice()
    {
        _answer = static _ => new(new Grant(2, TimeSpan.FromSeconds(1), TimeSpan.Zero, 5));
        var calls = Calls();

        await TryAsync(calls);
        await calls.TryTakeAsync(TenantId.Default, "tool", 11, s_window, default);

        Assert.Equal([10, 11], _asked.Select(static request => request.Capacity));
        Assert.Equal(_asked[0].Limit, _asked[1].Limit);
    }

    [Fact]
    public async Task TryTake_StoreIsAwayOrSessionLost_IsToBeTriedAgainSoon()
    {
        var calls = Calls();
        _answer = static _ => throw new StoreUnavailableException("away");
        Assert.Equal(TimeSpan.FromSeconds(1), await TryAsync(calls));
        _answer = static _ => new((Grant?)null);
        Assert.Equal(TimeSpan.FromSeconds(1), await TryAsync(calls));

        _answer = static request => new(new Grant(request.Wanted, TimeSpan.Zero, TimeSpan.Zero, 0));
        Assert.Null(await TryAsync(calls));
    }

    [Fact]
    public async Task TryTake_StoreFails_IsToldToThoseWhoWaitAndToNobodyAfter()
    {
        var calls = Calls();
        _answer = static _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<InvalidOperationException>(() => TryAsync(calls));

        _answer = static request => new(new Grant(request.Wanted, TimeSpan.Zero, TimeSpan.Zero, 0));
        Assert.Null(await TryAsync(calls));
    }

    [Fact]
    public async Task TryTake_Cancelled_EndsTheWaitOfThatOneAlone()
    {
        var first = new TaskCompletionSource<Grant?>();
        _answer = _ => new(first.Task);
        var calls = Calls();
        using var stop = new CancellationTokenSource();
        var (cancelled, other) = (TryAsync(calls, stop.Token), TryAsync(calls));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _answer = static request => new(new Grant(request.Wanted, TimeSpan.Zero, TimeSpan.Zero, 0));
        first.SetResult(new Grant(1, TimeSpan.Zero, TimeSpan.Zero, 0));
        Assert.Null(await other);
    }

    [Fact]
    public async Task TryTake_ManyAtOnce_GetWhatWasGivenAndNoMore()
    {
        var windows = new RateWindows(_clock);
        _answer = request => new(Task.Run<Grant?>(() => windows.Take(request)));
        var calls = Calls();

        var answers = await Task.WhenAll(Enumerable.Range(1, 200).Select(_ => Task.Run(() => TryAsync(calls))));

        Assert.Equal(10, answers.Count(static answer => answer is null));
    }

    [Fact]
    public async Task TryTake_AnswerThatCameTooLate_GoesBackAndIsAskedForAgain()
    {
        var first = new TaskCompletionSource<Grant?>();
        _answer = _ => new(first.Task);
        var calls = Calls();
        var waiting = TryAsync(calls);
        _answer = static _ => new(new Grant(1, TimeSpan.FromSeconds(1), TimeSpan.Zero, 8));

        _clock.Advance(TimeSpan.FromSeconds(1));
        first.SetResult(new Grant(1, TimeSpan.FromSeconds(1), TimeSpan.Zero, 7));

        Assert.Null(await waiting);
        Assert.Equal([(0, 0L), (1, 7L)], _asked.Select(static request => (request.Unspent, request.UnspentSlice)));
    }

    [Fact]
    public async Task TryTake_StoreThatIsAlwaysTooSlow_StillLetsCallsThrough()
    {
        _answer = _ =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return new(new Grant(1, TimeSpan.FromSeconds(1), TimeSpan.Zero, 7));
        };

        Assert.Null(await TryAsync(Calls()));
        Assert.InRange(_asked.Count, 2, 5);
    }

    private GrantedCalls Calls() => new(
        request =>
        {
            lock (_asked)
            {
                _asked.Add(request);
            }

            return _answer(request);
        },
        _clock);

    private static async Task<TimeSpan?> TryAsync(GrantedCalls calls, CancellationToken cancellationToken = default) =>
        await calls.TryTakeAsync(TenantId.Default, "tool", 10, s_window, cancellationToken);
}
