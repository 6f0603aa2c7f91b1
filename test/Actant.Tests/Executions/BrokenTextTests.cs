using System.Text.Json;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>Half of a surrogate pair is valid JSON and cannot be stored: it is refused where it comes in.</summary>
[Trait("Row", "X1")]
public sealed class BrokenTextTests
{
    private const string Definition = """
        model: {provider: scripted, model_name: m, options: {script: [{tool_calls: [{name: odd, arguments: {}}]}, "{{ last_tool }}"]}}
        tools: [odd]
        """;

    [Fact]
    public async Task ExecuteAsync_ToolAnswersWithHalfASurrogatePair_IsAFailedCall()
    {
        var odd = FunctionTool.Create(() => ToolResult.Succeeded(JsonElement.Parse("""{"text":"\ud83d"}""")), "odd", "Odd.", ToolClass.Pure);
        await using var executor = AgentExecutor.FromText(Definition, tools: [odd]);

        var result = await executor.ExecuteAsync("Go", TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
        Assert.Equal(ToolErrors.ExecutionFailed, Assert.Single(result.ToolResults).Failure?.Code);
    }

    [Fact]
    public async Task ExecuteAsync_InputWithHalfASurrogatePair_IsRefused()
    {
        var odd = FunctionTool.Create(() => "fine", "odd", "Odd.", ToolClass.Pure);
        await using var executor = AgentExecutor.FromText(Definition, tools: [odd]);

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() =>
            executor.ExecuteAsync(JsonElement.Parse("\"\\udc00\""), TestContext.Current.CancellationToken));

        Assert.Contains("surrogate", thrown.Message, StringComparison.Ordinal);
    }
}
