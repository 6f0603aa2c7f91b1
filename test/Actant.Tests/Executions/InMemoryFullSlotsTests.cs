using Actant.InMemory;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X5")]
public sealed class InMemoryFullSlotsTests : FullSlotsTests
{
    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) => Task.FromResult<IActantStore>(new InMemoryStore(clock, ids));
}
