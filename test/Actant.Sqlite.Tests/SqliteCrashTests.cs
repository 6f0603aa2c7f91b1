using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Sqlite.Tests;

[Trait("Row", "X1")]
[Trait("Row", "X11")]
public sealed class SqliteCrashTests : CrashTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<CrashScenario> Scenarios() => [.. CrashScenarios.All()];

    [Theory]
    [MemberData(nameof(Scenarios), DisableDiscoveryEnumeration = true)]
    public Task Execution_ProcessDiesBeforeOrAfterAnyCommit_EndsAsIfNothingHadBeen(CrashScenario scenario) => DieEverywhereAsync(scenario);

    public void Dispose() => _folder.Dispose();

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        await SqliteStore.OpenAsync(_folder.Options, clock, ids, CancellationToken.None);
}
