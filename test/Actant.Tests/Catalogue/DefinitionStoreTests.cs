using System.Text.Json;
using Actant.Agents;
using Actant.Catalogue;
using Actant.Definitions;
using Actant.Executions;
using Actant.Kinds;
using Actant.Secrets;
using Actant.Testing;
using Actant.Testing.Executions;
using Actant.Testing.Kinds;

namespace Actant.Tests.Catalogue;

/// <summary>Definitions of any kind have versions and labels, and stand beside agents of the same name.</summary>
[Trait("Row", "A3")]
public sealed class DefinitionStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_EachChangeIsAVersion_ThatLabelsName()
    {
        await using var harness = await EngineHarness.StartAsync();
        var store = StoreOf(harness);

        var made = await store.CreateAsync(TenantId.Default, Document("""{"name": "claim", "stages": [{"say": "one"}]}"""), Token);
        var changed = await store.PatchAsync(TenantId.Default, "claim", Document("""{"stages": [{"say": "two"}]}"""), expected: 1, Token);
        var same = await store.ChangeAsync(TenantId.Default, "claim", static source => source, expected: null, Token);
        var labelled = await store.SetLabelAsync(TenantId.Default, "claim", "live", 1, Token);

        Assert.Equal((1, 2, 2, 1), (made.Value!.Version, changed.Value!.Version, same.Value!.Version, labelled.Value!.Labels!["live"]));
        Assert.Equal("one", await FirstAsync(store, "claim@live"));
        Assert.Equal("two", await FirstAsync(store, "claim"));
        Assert.Equal("two", await FirstAsync(store, $"{made.Value.Id}@2"));
        Assert.Equal([2, 1], (await store.ListVersionsAsync(TenantId.Default, "claim", null, 10, Token))!.Items.Select(summary => summary.Record.Version));
        Assert.Equal("version_conflict", (await store.DeleteAsync(TenantId.Default, "claim", 1, Token)).Refusal?.Code);
        Assert.True((await store.DeleteAsync(TenantId.Default, "claim", 2, Token)).IsDone);
        Assert.Null(await store.GetAsync(TenantId.Default, DefinitionReference.Parse("claim"), Token));
    }

    [Fact]
    public async Task Made_NameOfAnAgent_StandsBesideIt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (store, agents) = (StoreOf(harness), new AgentStore(harness.Node.Engine));
        Assert.True((await agents.CreateAsync(TenantId.Default, Document("""{"name": "twin", "nodes": [{"name": "n", "type": "prompt", "template": "x"}]}"""), Token)).IsDone);

        Assert.True((await store.CreateAsync(TenantId.Default, Document("""{"name": "twin", "stages": []}"""), Token)).IsDone);

        Assert.Equal("stages_exists", (await store.CreateAsync(TenantId.Default, Document("""{"name": "twin", "stages": []}"""), Token)).Refusal?.Code);
        Assert.Single((await store.ListAsync(TenantId.Default, null, 10, Token)).Items);
        Assert.Equal(["n"], (await agents.FindAsync(TenantId.Default, "twin", Token))!.Graph.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task Made_OfADocumentWithFaults_IsRefusedWithAllOfThem()
    {
        await using var harness = await EngineHarness.StartAsync();
        var store = StoreOf(harness);

        var reply = await store.CreateAsync(TenantId.Default, Document("""{"name": "bad", "stages": [{"shout": "x"}, {"tool": "nothing"}]}"""), Token);

        Assert.Equal("invalid_definition", reply.Refusal!.Code);
        Assert.Equal(["$.stages[0].shout", "$.stages[1].tool"], reply.Refusal.Errors!.Select(problem => problem.Path));
        Assert.Equal("stages_not_found", (await store.SetLabelAsync(TenantId.Default, "bad", "live", 1, Token)).Refusal?.Code);
    }

    private static DefinitionStore StoreOf(EngineHarness harness) =>
        new(harness.Store, harness.Node.Engine.Storage, new Rules(harness.Node.Engine), new SequentialIdGenerator(series: 9), cacheBytes: 1_000_000);

    private static JsonElement Document(string json) => JsonElement.Parse(json);

    private static async Task<string?> FirstAsync(DefinitionStore store, string reference) =>
        ((StagesDefinition)(await store.GetAsync(TenantId.Default, DefinitionReference.Parse(reference), Token))!.Definition).Stages[0].Template;

    private sealed class Rules(ActantEngine engine) : ICatalogueRules
    {
        public IDefinitionKind Kind { get; } = new StagesKind();

        public ValueTask<(Definition? Definition, IReadOnlyList<DefinitionProblem> Problems, Secret? Key)> ReadAsync(
            TenantId tenant, string id, JsonElement document, string? name, CancellationToken cancellationToken)
        {
            var problems = new ProblemList();
            var definition = Kind.Read(document, name, problems);
            Kind.Validate(definition!, engine.Context(), problems);
            return new((problems.Items.Count == 0 ? definition : null, problems.Items, null));
        }

        public DefinitionOutline OutlineOf(Definition definition) => DefinitionOutline.Of(definition);

        public ValueTask<(Secret? Before, DefinitionProblem? Problem)> KeepAsync(TenantId tenant, string id, Secret? key, CancellationToken cancellationToken) => new((null, null));

        public ValueTask RestoreAsync(TenantId tenant, string id, Secret? key, Secret? before) => default;

        public ValueTask ForgetAsync(TenantId tenant, string id, CancellationToken cancellationToken) => default;

        public ValueTask<bool> IsFixedAsync(TenantId tenant, string name, CancellationToken cancellationToken) => new(false);

        public Refusal Missing(string idOrName, bool isFixed) => new("stages_not_found", idOrName);

        public Refusal Taken(string name) => new("stages_exists", name);
    }
}
