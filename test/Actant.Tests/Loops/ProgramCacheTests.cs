using Actant.Definitions;
using Actant.InMemory;
using Actant.Kinds;
using Actant.LanguageModels;
using Actant.Loops;
using Actant.Nodes;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Loops;

[Trait("Row", "S6")]
public sealed class ProgramCacheTests
{
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly TenantId s_small = new("small");
    private static readonly TenantId s_large = new("large");

    [Fact]
    public async Task AddAsync_ManyLargeDefinitions_KeepsAsManyAsThereIsRoomForAndOthersTheirs()
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        var programs = CacheOf(store);
        var small = Define("small", 10);
        await programs.AddAsync(s_small, small, default);
        var kept = await programs.GetAsync(s_small, small.Hash, default);

        for (var i = 0; i < 100; i++)
            await programs.AddAsync(s_large, Define($"large{i}", 100_000), default);

        // At least its document, what was read of it and the text in its program.
        Assert.InRange(programs.Count, 2, 1 + (MostBytes / 400_000));
        Assert.Same(kept, await programs.GetAsync(s_small, small.Hash, default));
    }

    private static AgentDefinition Define(string name, int length) =>
        EngineHarness.Define($"name: {name}\nnodes: [{{name: a, type: prompt, template: {new string('x', length)}}}]");

    private static ProgramCache CacheOf(InMemoryStore store)
    {
        var (tools, models, kinds) = (new ToolRegistry([]), new ModelProviders([]), new DefinitionKinds(null));
        return new ProgramCache(
            store, kinds, new DefinitionCompiler(tools, models, kinds), new Capabilities(tools, models, kinds), static () => throw new InvalidOperationException(), MostBytes);
    }
}
