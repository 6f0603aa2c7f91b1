using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Postgres.Tests;

[Trait("Row", "X5")]
public sealed class PostgresFullSlotsTests(PostgresCluster cluster) : FullSlotsTests
{
    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await PostgresStore.OpenAsync(cluster.NewOptions(), TimeProvider.System, clock, ids, CancellationToken.None);
}
