using System.Text.Json;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Testing.Executions;
using Actant.Tests.Definitions;
using Actant.Tools;

namespace Actant.Tests.Executions;

[Trait("Row", "O3")]
public sealed class StopLogTests
{
    [Fact]
    public async Task Stop_WithACallThatDoesNotEnd_SaysThatTheProcessStopsAndNotThatAThreadWasLost()
    {
        var stop = TestContext.Current.CancellationToken;
        var begun = new TaskCompletionSource();
        var hang = FunctionTool.Create(
            async (CancellationToken aborted) =>
            {
                begun.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(aborted);
            },
            "hang",
            "Never ends by itself.",
            ToolClass.Pure);
        using var log = new LogLines();
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        await using var engine = new ActantEngine(store, new ToolRegistry([hang]), new ModelProviders([]), new EngineOptions { ShutdownPatience = TimeSpan.FromSeconds(1) }, logs: log);
        await engine.StartAsync(stop);
        await engine.For(TenantId.Default).SubmitAsync(
            new SubmitRequest { Definition = DefinitionSamples.ReadValid("name: x\nnodes: [{name: hang, type: tool, tool: hang}]"), Input = JsonElement.Parse("\"x\"") }, stop);
        await begun.Task.WaitAsync(stop);

        await engine.StopAsync(stop);

        Assert.Contains(log.Written, static line => line.Text.Contains("because the process stops", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Written, static line => line.Text.Contains("was lost", StringComparison.Ordinal));
    }
}
