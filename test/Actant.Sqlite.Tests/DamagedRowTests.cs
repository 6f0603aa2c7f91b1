using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

/// <summary>A row that somebody else wrote harms its own thread alone.</summary>
[Trait("Row", "X6")]
public sealed class DamagedRowTests
{
    [Theory]
    [InlineData("failure = x'7b6e6f'")]
    [InlineData("failure = x'', tags = x'ff', started_by = x'5b5d'")]
    [InlineData("cost = 'much', tags = x'6e756c6c'")]
    public async Task Any_RowOfAnExecutionIsDamaged_OthersComeThroughAndItCanBeDeleted(string damage)
    {
        using var folder = new TemporaryFolder();
        var clock = new ManualTimeProvider();
        await using var f = new StoreFixture(await SqliteStore.OpenAsync(folder.Options, clock, new SequentialIdGenerator(), default), clock);
        var (bad, good) = (await f.AcceptAsync("bad"), await f.AcceptAsync("good"));
        await ((SqliteStore)f.Store).DoAsync(
            0, scope => scope.Connection.Execute($"UPDATE executions SET {damage} WHERE thread = (SELECT id FROM threads WHERE name = 'bad')"), default);

        await DamagedRows.VerifyAsync(f, bad, good);
    }
}
