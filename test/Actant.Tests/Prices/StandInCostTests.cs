using Actant.LanguageModels;
using Actant.Prices;
using Actant.Testing.Executions;

namespace Actant.Tests.Prices;

public sealed class StandInCostTests
{
    [Fact]
    [Trait("Row", "L2")]
    public async Task Run_StandInForAModelWithAPrice_CostsNothing()
    {
        await using var harness = await EngineHarness.StartAsync(
            models: [ScriptedModelProvider.StandInFor("openai", TimeProvider.System)], prices: new ModelPriceTable(ModelPriceTable.BuiltIn));

        var result = await harness.WaitAsync((await harness.SubmitAsync("{name: a, model: gpt-4o, instructions: Greet.}", "Hello")).Id);

        Assert.Equal(("gpt-4o", "scripted", 0m), (result.Model, result.ModelSource, result.Record.CostUsd));
        Assert.True(result.Usage.Total > 0);
    }
}
