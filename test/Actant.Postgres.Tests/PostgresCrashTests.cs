using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Postgres.Tests;

[Trait("Row", "X1")]
[Trait("Row", "X11")]
public sealed class PostgresCrashTests(PostgresCluster cluster) : CrashTests
{
    public static TheoryData<CrashScenario> Scenarios() => [.. CrashScenarios.All()];

    [Theory]
    [MemberData(nameof(Scenarios), DisableDiscoveryEnumeration = true)]
    public Task Execution_ProcessDiesBeforeOrAfterAnyCommit_EndsAsIfNothingHadBeen(CrashScenario scenario) => DieEverywhereAsync(scenario);

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await PostgresStore.OpenAsync(cluster.NewOptions(), TimeProvider.System, clock, ids, CancellationToken.None);
}
