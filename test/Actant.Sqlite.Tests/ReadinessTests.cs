using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

/// <summary>What a look at the store says when the disk is full, the file is damaged or nothing may be written.</summary>
[Trait("Row", "O1")]
public sealed class ReadinessTests
{
    [Fact]
    public async Task Ping_DiskIsFull_SaysHowToMendItUntilThereIsRoom()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var store = (SqliteStore)f.Store;
        await f.AcceptAsync("t");
        await store.PingAsync(default);

        await store.DoAsync(0, scope => scope.Connection.Execute("PRAGMA max_page_count = 1"), default);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                var content = new byte[4096];
                BitConverter.TryWriteBytes(content, i);
                await store.WriteBlobAsync(StoreFixture.Key("t"), BlobHash.Of(content), content, default);
            }
        });

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.PingAsync(default));
        Assert.Contains("full", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains(refused.Remedy!, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(await f.Tenant.GetThreadAsync("t", default));
        await store.DoAsync(0, scope => scope.Connection.Execute("PRAGMA max_page_count = 1000000"), default);
        await store.PingAsync(default);
    }

    [Fact]
    public async Task Ping_NothingMayBeWritten_SaysHowToMendIt()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var store = (SqliteStore)f.Store;

        await store.WriteAsync(
            0,
            scope =>
            {
                scope.Connection.Execute("PRAGMA query_only = ON");
                return true;
            },
            default);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.PingAsync(default));
        Assert.Contains("read-only", refused.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ping_FileIsDamaged_SaysHowToMendIt()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var store = (SqliteStore)f.Store;
        await f.AcceptAsync("t");
        await store.PingAsync(default);
        await OverwriteAsync(folder);

        for (var i = 0; i < 2; i++)
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.PingAsync(default));
            Assert.Contains("damaged", refused.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ping_AReaderHasMetDamage_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await using var f = await OpenAsync(folder);
        var store = (SqliteStore)f.Store;

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync<bool>(
            connection =>
            {
                connection.Check(11);
                return true;
            },
            default));

        Assert.Contains("damaged", (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.PingAsync(default))).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileIsDamaged_SaysHowToMendIt()
    {
        using var folder = new TemporaryFolder();
        await using (await OpenAsync(folder))
        {
        }

        await OverwriteAsync(folder);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => OpenAsync(folder));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FolderThatCannotBeWritten_IsNotInUse()
    {
        using var folder = new TemporaryFolder();

        // A link that leads nowhere refuses root too, which no rights do.
        var file = Path.Combine(folder.Path, "actant.lock");
        File.CreateSymbolicLink(file, file);

        var refused = await Assert.ThrowsAsync<DataFolderNotWritableException>(() => OpenAsync(folder));
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
    }

    private static async Task OverwriteAsync(TemporaryFolder folder)
    {
        // All that is in the log goes into the file first.
        using (var connection = Connection.Open(Path.Combine(folder.Path, "actant.db"), SqliteSynchronous.Normal, readOnly: false))
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        await using var file = new FileStream(Path.Combine(folder.Path, "actant.db"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var garbage = new byte[file.Length];
        Array.Fill(garbage, (byte)0x5a);
        await file.WriteAsync(garbage, TestContext.Current.CancellationToken);
    }

    private static async Task<StoreFixture> OpenAsync(TemporaryFolder folder)
    {
        var clock = new ManualTimeProvider();
        return new StoreFixture(await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(), default), clock);
    }
}
