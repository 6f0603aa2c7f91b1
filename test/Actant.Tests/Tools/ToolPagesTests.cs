using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Actant.Arithmetic;
using Actant.Tools;

namespace Actant.Tests.Tools;

public sealed class ToolPagesTests
{
    [Fact]
    [Trait("Row", "T8")]
    public void ToolsPage_Errors_AreAllThere()
    {
        var page = TestPages.Read("tools.md").Split("\n## Errors\n")[1];
        var documented = page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        var known = typeof(ToolErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(known.Order(), documented.Order());
    }

    [Fact]
    [Trait("Row", "T8")]
    public void ToolsPage_FailedCallAndParts_AreWhatIsShownAndTaken()
    {
        var blocks = TestPages.Read("tools.md").Split("```json\n").Skip(1).Select(static block => JsonElement.Parse(block[..block.IndexOf("```", StringComparison.Ordinal)])).ToList();

        var shown = ToolError.Of(ToolGate.NotFound("calculater", ["calculator"]).Failure!, "calculater", DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture)).ToJson();
        Assert.Contains(blocks, block => JsonElement.DeepEquals(block, shown));
        Assert.Null(ToolParts.FaultOf(Assert.Single(blocks, static block => block.ValueKind == JsonValueKind.Array)));
    }

    [Fact]
    [Trait("Row", "T1")]
    public void CalculatorPage_Errors_AreAllThere()
    {
        var page = TestPages.Read("calculator.md");
        foreach (var failed in (Calculated[])[Calculated.DivisionByZero, Calculated.NegativeRoot, Calculated.TooLarge])
        {
            Assert.Contains($"| `{failed.Failure!.Code}` |", page);
        }
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task CalculatorPage_Example_GivesTheResultBelow()
    {
        var blocks = TestPages.Read("calculator.md").Split("```json\n").Skip(1).Select(block => block[..block.IndexOf('\n')]).ToList();
        Assert.True(new ToolRegistry([]).TryGet("calculator", out var calculator));

        var result = await new ToolGate(TimeProvider.System).InvokeAsync(calculator, TestCalls.Of(blocks[0]), null, default);

        Assert.Equal(blocks[1].Replace(" ", "", StringComparison.Ordinal), TestCalls.Show(result));
    }
}
