using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

[Trait("Row", "X1")]
public sealed class SqliteWallClockTests : WallClockConformance, IDisposable
{
    private readonly List<TemporaryFolder> _folders = [];

    public void Dispose() => _folders.ForEach(folder => folder.Dispose());

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids)
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        return await SqliteStore.OpenAsync(folder.Options, clock, ids, default);
    }
}
