using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>
/// What every store must do, by topic in the partial files. A test class of a store inherits this and says how to open one.
/// </summary>
public abstract partial class StoreConformance
{
    /// <summary>Opens an empty store on this clock.</summary>
    protected abstract Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids);

    /// <summary>Everything that the store that was opened last keeps, in whatever form.</summary>
    protected abstract Task<string> DumpAsync();

    protected async Task<StoreFixture> FixtureAsync()
    {
        var clock = new ManualTimeProvider();
        return new StoreFixture(await OpenStoreAsync(clock, new SequentialIdGenerator()), clock);
    }
}
