using Actant.InMemory;
using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Tests.Storage;

[Trait("Row", "X1")]
public sealed class InMemoryWallClockTests : WallClockConformance
{
    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        Task.FromResult<IActantStore>(new InMemoryStore(clock, ids));
}
