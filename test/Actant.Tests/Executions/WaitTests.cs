using Actant.InMemory;
using Actant.Testing;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

[Trait("Row", "X1")]
public sealed class WaitTests
{
    private const string Talk = """
        name: talk
        model: {provider: gated, model_name: any}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_ExecutionRunsHere_AsksTheStoreNothing()
    {
        await using var memory = new InMemoryStore(new ManualTimeProvider(), new SequentialIdGenerator(9));
        var (store, counts) = CountingStore.Around(memory);
        await using var harness = await EngineHarness.StartAsync(store: store);
        var submitted = await harness.SubmitAsync(Talk, "hello");
        var call = await harness.Model.Calls.NextAsync();

        var waiting = harness.Client.WaitAsync(submitted.Id, Token);

        call.Finish("yes");
        Assert.Equal("yes", (await waiting).Response);
        Assert.Equal(0, counts.ByExecution);
        await harness.Client.WaitAsync(submitted.Id, Token);
        Assert.Equal(1, counts.ByExecution);
    }

    [Fact]
    public async Task Wait_ExecutionOfAnotherTenantRunsHere_IsNotFound()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(Talk, "hello");
        var call = await harness.Model.Calls.NextAsync();

        await Assert.ThrowsAsync<KeyNotFoundException>(() => harness.Node.Engine.For(new TenantId("other")).WaitAsync(submitted.Id, Token));

        call.Finish("yes");
        await harness.WaitAsync(submitted.Id);
    }
}
