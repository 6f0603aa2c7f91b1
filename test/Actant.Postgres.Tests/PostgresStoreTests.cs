using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Postgres.Tests;

public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreConformance
{
    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await PostgresStore.OpenAsync(cluster.NewOptions(), TimeProvider.System, clock, ids, default);
}
