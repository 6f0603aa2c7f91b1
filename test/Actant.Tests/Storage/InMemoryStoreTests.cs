using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Tests.Storage;

public sealed class InMemoryStoreTests : StoreConformance
{
    protected override Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids) =>
        Task.FromResult<IActantStore>(new InMemoryStore(clock, ids));
}
