using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreConformance
{
    private PostgresStoreOptions? _options;

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await PostgresStore.OpenAsync(_options = cluster.NewOptions(), TimeProvider.System, clock, ids, default);

    protected override Task<string> DumpAsync() => cluster.DumpAsync(_options!.Schema);
}
