using Actant.InMemory;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X1")]
[Trait("Row", "X11")]
[Trait("Row", "X12")]
public sealed class InMemoryCrashTests : CrashTests
{
    public static TheoryData<CrashScenario> Scenarios() => [.. CrashScenarios.All()];

    [Theory]
    [MemberData(nameof(Scenarios), DisableDiscoveryEnumeration = true)]
    public Task Execution_ProcessDiesBeforeOrAfterAnyCommit_EndsAsIfNothingHadBeen(CrashScenario scenario) => DieEverywhereAsync(scenario);

    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        Task.FromResult<IActantStore>(new InMemoryStore(clock, ids));
}
