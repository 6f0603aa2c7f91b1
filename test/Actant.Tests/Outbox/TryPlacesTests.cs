using Actant.Outbox;
using Actant.Testing;

namespace Actant.Tests.Outbox;

/// <summary>How the places of tries are divided between those that hang and those that do not.</summary>
[Trait("Row", "X8")]
public sealed class TryPlacesTests
{
    private static readonly DeliveryOptions s_options = new() { MaxConcurrent = 8, MaxPerTenant = 3 };
    private static readonly TenantId s_a = new("a");
    private static readonly TenantId s_b = new("b");

    private readonly ManualTimeProvider _time = new();
    private readonly TryPlaces _places = new(s_options);

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public void Slow_AnyNumberOfThem_TakeNoQuickPlace()
    {
        for (var i = 0; i < 100; i++)
        {
            _places.TryTake(Unknown(), new TenantId($"t{i}"), Now);
        }

        Assert.Equal(4, _places.Count);
        Assert.NotNull(_places.TryTake(Quick(), s_a, Now));
    }

    [Fact]
    public void Quick_StartsToHang_ItsPlacesAreFreeAfterOneSecondAndItIsQuickNoMore()
    {
        var hanging = Quick();
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(_places.TryTake(hanging, s_a, Now));
        }

        var healthy = Quick();
        Assert.Null(_places.TryTake(healthy, s_a, Now));
        Assert.Equal(Now + s_options.SlowAfter, _places.NextChange(Now));
        _time.Advance(s_options.SlowAfter);

        Assert.NotNull(_places.TryTake(healthy, s_a, Now));
        Assert.Equal((false, true), (hanging.IsQuick, healthy.IsQuick));
    }

    [Fact]
    public void Quick_StartToHangAgainAndAgain_NoMoreAreUnderWayThanMay()
    {
        var most = 0;
        for (var i = 0; i < 50; i++)
        {
            for (var tenant = 0; tenant < 5; tenant++)
            {
                _places.TryTake(Quick(), new TenantId($"t{tenant}"), Now);
                most = Math.Max(most, _places.Count);
            }

            _time.Advance(s_options.SlowAfter / 2);
        }

        Assert.InRange(most, 5, s_options.MaxConcurrent);
    }

    [Fact]
    public void SlowPlaces_AreFull_TenantWithFewerGetsTheLongestOfTheOneWithMost()
    {
        var first = _places.TryTake(Unknown(), s_a, Now)!;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        TryPlace[] rest = [_places.TryTake(Unknown(), s_a, Now)!, _places.TryTake(Unknown(), s_a, Now)!, _places.TryTake(Unknown(), s_b, Now)!];

        Assert.Null(_places.TryTake(Unknown(), s_b, Now));
        _time.Advance(s_options.SlowAfter);
        Assert.NotNull(_places.TryTake(Unknown(), s_b, Now));

        Assert.True(first.Cut.IsCancellationRequested);
        Assert.DoesNotContain(rest, static place => place.Cut.IsCancellationRequested);
        Assert.Equal((4, 2), (_places.Count, _places.CountOf(s_b)));
    }

    [Fact]
    public void TenantsPlaces_AreFull_AnotherDestinationOfItGetsTheLongestAndNobodyElses()
    {
        var other = _places.TryTake(Unknown(), s_b, Now)!;
        var answers = Unknown();
        answers.InFlight++;
        answers.Ended(isDown: false, TimeSpan.FromSeconds(3), Now);
        var slowButSure = _places.TryTake(answers, s_a, Now)!;
        var (hanging, next) = (_places.TryTake(Unknown(), s_a, Now)!, _places.TryTake(Unknown(), s_a, Now)!);
        _time.Advance(s_options.SlowAfter);

        Assert.NotNull(_places.TryTake(Unknown(), s_a, Now));

        Assert.True(hanging.Cut.IsCancellationRequested);
        Assert.False(other.Cut.IsCancellationRequested || slowButSure.Cut.IsCancellationRequested || next.Cut.IsCancellationRequested);
    }

    [Fact]
    public void Place_WasCutShortAndThenReturned_CountsOnce()
    {
        var places = Enumerable.Range(0, 3).Select(_ => _places.TryTake(Unknown(), s_a, Now)!).ToList();
        _time.Advance(s_options.SlowAfter);
        places.Add(_places.TryTake(Unknown(), s_a, Now)!);

        foreach (var place in places)
        {
            _places.Return(place);
            _places.Return(place);
        }

        Assert.Equal((0, 0, null), (_places.Count, _places.CountOf(s_a), _places.NextChange(Now)));
    }

    [Fact]
    public void Window_GrowsWithAnswersAndShrinksWithFailures()
    {
        var state = new DestinationState(new DeliveryOptions { BreakAfter = 100 }, 16, new Random(1));
        List<int> windows = [state.Window];
        foreach (var isDown in (bool?[])[false, false, false, false, false, true, null, true, true, true, true])
        {
            state.InFlight++;
            state.Ended(isDown, TimeSpan.Zero, Now);
            windows.Add(state.Window);
        }

        Assert.Equal([1, 2, 4, 8, 16, 16, 8, 8, 4, 2, 1, 1], windows);
        Assert.Equal(0, state.InFlight);
    }

    private static DestinationState Unknown() => new(s_options, s_options.MaxPerDestination, new Random(1));

    private static DestinationState Quick() => new(s_options, s_options.MaxPerDestination, new Random(1)) { IsQuick = true };
}
