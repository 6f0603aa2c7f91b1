using System.Reflection;
using Actant.Storage;
using Actant.Testing;
using Actant.Tiers;

namespace Actant.Tests.Tiers;

[Trait("Row", "S6")]
public sealed class StorageAccountTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RefuseAsync_FarFromTheLimit_CountsOnceAMinute()
    {
        var (store, time) = (Counting.New(), new ManualTimeProvider());
        var account = AccountOf(store, time, 1_000_000);

        Assert.Null(await account.RefuseAsync(10, isOfRunning: false, Token));
        for (var second = 0; second < 59; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(await account.RefuseAsync(10, isOfRunning: false, Token));
        }

        Assert.Equal(1, Counting.Of(store).Calls);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await account.RefuseAsync(10, isOfRunning: false, Token));

        // Joins the count that began in the background, or finds it done.
        await account.ReadAsync(Token);
        Assert.Equal(2, Counting.Of(store).Calls);
    }

    [Fact]
    public async Task RefuseAsync_WhatThisNodeHasAdded_CountsAtOnce()
    {
        var (store, time) = (Counting.New(), new ManualTimeProvider());
        var account = AccountOf(store, time, 10_000);
        Counting.Of(store).Bytes = 5_000;
        Assert.Null(await account.RefuseAsync(4_000, isOfRunning: false, Token));

        account.Add(4_000);
        Assert.InRange(account.Known!.Value, 9_000, 9_500);
        Counting.Of(store).Bytes = 9_000;

        Assert.NotNull(await account.RefuseAsync(4_000, isOfRunning: false, Token));
        Assert.Null(await account.RefuseAsync(3_000, isOfRunning: true, Token));
        Assert.Equal(9_000, account.Known);
    }

    [Fact]
    public async Task RefuseAsync_AfterADeletion_CountsAnewBeforeItRefuses()
    {
        var (store, time) = (Counting.New(), new ManualTimeProvider());
        var account = AccountOf(store, time, 10_000);
        Counting.Of(store).Bytes = 9_999;
        Assert.NotNull(await account.RefuseAsync(2, isOfRunning: false, Token));

        Counting.Of(store).Bytes = 1_000;
        account.Removed();

        Assert.Null(await account.RefuseAsync(2, isOfRunning: false, Token));
    }

    [Fact]
    public async Task RefuseAsync_WhatOthersHaveDeleted_IsSeenASecondLater()
    {
        var (store, time) = (Counting.New(), new ManualTimeProvider());
        var account = AccountOf(store, time, 10_000);
        Counting.Of(store).Bytes = 9_999;
        Assert.NotNull(await account.RefuseAsync(2, isOfRunning: false, Token));
        Counting.Of(store).Bytes = 1_000;
        Assert.NotNull(await account.RefuseAsync(2, isOfRunning: false, Token));

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await account.RefuseAsync(2, isOfRunning: false, Token));
    }

    [Fact]
    public async Task RefuseAsync_StoreAway_SaysSoAndCountsWhenItIsBack()
    {
        var (store, time) = (Counting.New(), new ManualTimeProvider());
        var account = AccountOf(store, time, 10_000);
        Counting.Of(store).IsAway = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await account.RefuseAsync(1, isOfRunning: false, Token));

        Counting.Of(store).IsAway = false;

        Assert.Null(await account.RefuseAsync(1, isOfRunning: false, Token));
    }

    private static StorageAccount AccountOf(ITenantStore store, TimeProvider time, long limit) =>
        new(store, () => new TierLimits { MaxStoredBytes = limit }, time);

    public class Counting : DispatchProxy
    {
        public long Bytes { get; set; }

        public int Calls { get; private set; }

        public bool IsAway { get; set; }

        public static ITenantStore New() => Create<ITenantStore, Counting>();

        public static Counting Of(ITenantStore store) => (Counting)(object)store;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(ITenantStore.MeasureAsync), targetMethod!.Name);
            Calls++;
            var measured = IsAway ? Task.FromException<StoredBytes>(new StoreUnavailableException("away")) : Task.FromResult(new StoredBytes(Bytes, 0, 0, 0));
            return new ValueTask<StoredBytes>(measured);
        }
    }
}
