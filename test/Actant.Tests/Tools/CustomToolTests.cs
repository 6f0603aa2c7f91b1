using System.ComponentModel;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T4")]
public sealed class CustomToolTests
{
    private static readonly ToolGate s_gate = new(TimeProvider.System);

    [Theory]
    [InlineData("""{"f": 212}""", "\"100 \\u00B0C\"")]
    [InlineData("{}", "tool_invalid_arguments: The arguments of 'to_celsius' do not fit its parameters. $: ")]
    [InlineData("""{"f": "hot"}""", "tool_invalid_arguments: The arguments of 'to_celsius' do not fit its parameters. $.f: ")]
    [InlineData("""{"f": 1, "g": 2}""", "tool_invalid_arguments: The arguments of 'to_celsius' do not fit its parameters. $.g: ")]
    [InlineData("[]", "tool_invalid_arguments: The arguments of 'to_celsius' do not fit its parameters. $: ")]
    public async Task Invoke_DerivedTool_ChecksAndRuns(string arguments, string expected)
    {
        var result = await s_gate.InvokeAsync(TestCalls.Bind(new TemperatureTool()), TestCalls.Of(arguments), null, default);
        Assert.StartsWith(expected, TestCalls.Show(result));
    }

    [Theory]
    [InlineData("""{"city": "Ulm"}""", "\"Ulm: 3 days of sun\"")]
    [InlineData("""{"city": "Ulm", "days": 1}""", "\"Ulm: 1 days of sun\"")]
    [InlineData("""{"days": 1}""", "tool_invalid_arguments: The arguments of 'weather' do not fit its parameters. $: ")]
    [InlineData("""{"city": 5}""", "tool_invalid_arguments: The arguments of 'weather' do not fit its parameters. $.city: ")]
    [InlineData("""{"city": "Ulm", "days": 1.5}""", "tool_invalid_arguments: The arguments of 'weather' do not fit its parameters. $.days: ")]
    [InlineData("""{"city": "Ulm", "unit": "C"}""", "tool_invalid_arguments: The arguments of 'weather' do not fit its parameters. $.unit: ")]
    public async Task Invoke_Lambda_ChecksAndRuns(string arguments, string expected)
    {
        var tool = FunctionTool.Create(
            ([Description("Where")] string city, int days = 3) => $"{city}: {days} days of sun", "weather", "Tells the weather.");
        var result = await s_gate.InvokeAsync(TestCalls.Bind(tool), TestCalls.Of(arguments), null, default);
        Assert.StartsWith(expected, TestCalls.Show(result));
    }

    [Fact]
    public async Task Invoke_LambdaWithCallAndResult_GetsAndGivesThem()
    {
        var tool = FunctionTool.Create(
            async (ToolCall call, int n, CancellationToken stop) =>
            {
                await Task.Yield();
                stop.ThrowIfCancellationRequested();
                return n > 0 ? ToolResult.Succeeded($"{call.IdempotencyKey} {n}") : ToolResult.Failed("too_small", "More!", transient: true);
            },
            "count",
            "Counts.");

        Assert.Equal("\"key 1\"", TestCalls.Show(await s_gate.InvokeAsync(TestCalls.Bind(tool), TestCalls.Of("""{"n": 1}"""), null, default)));
        Assert.Equal("too_small*: More!", TestCalls.Show(await s_gate.InvokeAsync(TestCalls.Bind(tool), TestCalls.Of("""{"n": 0}"""), null, default)));
    }

    [Fact]
    public async Task Invoke_LambdaWithObject_GivesJson()
    {
        var tool = FunctionTool.Create((int[] numbers) => new { Sum = numbers.Sum() }, "sum", "Sums.");
        Assert.Equal("""{"sum":6}""", TestCalls.Show(await s_gate.InvokeAsync(TestCalls.Bind(tool), TestCalls.Of("""{"numbers": [1, 2, 3]}"""), null, default)));
        var nothing = FunctionTool.Create(() => { }, "nothing", "Does nothing.");
        Assert.Equal("null", TestCalls.Show(await s_gate.InvokeAsync(TestCalls.Bind(nothing), TestCalls.Of("{}"), null, default)));
    }
}
