using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Sqlite.Tests;

[Trait("Row", "X5")]
public sealed class SqliteFullSlotsTests : FullSlotsTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await SqliteStore.OpenAsync(_folder.Options, clock, ids, CancellationToken.None);
}
