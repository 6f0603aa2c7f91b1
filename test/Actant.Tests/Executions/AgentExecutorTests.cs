namespace Actant.Tests.Executions;

[Trait("Row", "A6")]
public sealed class AgentExecutorTests
{
    private const string MathAssistant = """
        name: math-assistant
        role: math expert
        instructions: Use the calculator.
        model: scripted
        tools: {calculator: true}
        """;

    [Fact]
    public async Task ExecuteAsync_Sum_CallsTheCalculatorAndAnswers()
    {
        await using var executor = AgentExecutor.FromText(MathAssistant);

        var result = await executor.ExecuteAsync("What is 15 + 27?", TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionStatus.Completed, result.Record.Status);
        Assert.Contains("42", result.Response, StringComparison.Ordinal);
        Assert.Equal("calculator", Assert.Single(result.ToolResults).ToolName);
        Assert.Equal(["user", "assistant", "tool", "assistant"], result.Messages.Select(message => message.Role));
        Assert.True(result.Usage.Total > 0);
        Assert.Equal(0, result.Record.CostUsd);
        Assert.Equal("scripted", result.ModelSource);
    }

    [Fact]
    public async Task ExecuteAsync_HundredAtOnce_EachHasItsOwnAnswer()
    {
        await using var executor = AgentExecutor.FromText(MathAssistant);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            executor.ExecuteAsync($"What is {i} + 1000?", TestContext.Current.CancellationToken)));

        Assert.All(results.Index(), item => Assert.Contains($"{item.Index + 1000}", item.Item.Response, StringComparison.Ordinal));
    }
}
