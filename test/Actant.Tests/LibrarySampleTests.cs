using System.ComponentModel;
using System.Runtime.CompilerServices;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests;

[Trait("Row", "A6")]
[Trait("Row", "T4")]
[Trait("Row", "L2")]
public sealed class LibrarySampleTests
{
    private const int FirstLine = 21;

    [Fact]
    public async Task Sample_CustomTool_RunsWithoutAServer()
    {
        var weather = FunctionTool.Create(
            ([Description("Where")] string city) => $"Sun in {city}",
            "weather",
            "Tells the weather.",
            ToolClass.Pure);
        await using var executor = AgentExecutor.FromText(
            """
            name: forecaster
            instructions: Look before you answer.
            model: {provider: scripted, model_name: demo, options: {rules: [
              {when: {tool_result: ""}, answer: "{{ last_tool }}!"},
              {when: {matches: "in (\\w+)"}, tool_calls: [{name: weather, arguments: {city: "{{ 1 }}"}}]}]}}
            tools: [weather]
            """,
            tools: [weather]);
        var result = await executor.ExecuteAsync("What is the weather in Ulm?", TestContext.Current.CancellationToken);
        Assert.Equal("Sun in Ulm!", result.Response);
        Assert.InRange(LineOf() - FirstLine, 10, 24);
    }

    [Fact]
    public async Task Sample_ForeignClientAndFunction_WorkAsTheyAre()
    {
        var function = AIFunctionFactory.Create((int a, int b) => a * b, "multiply", "Multiplies.");
        await using var executor = AgentExecutor.FromText("name: foreign\ntools: [multiply]", new ForeignClient(), [new FunctionTool(function)]);
        var result = await executor.ExecuteAsync("6 times 7?", TestContext.Current.CancellationToken);

        Assert.Equal("It is 42.", result.Response);
        Assert.Equal("42", Assert.Single(result.ToolResults).Output!.Value.GetRawText());
        Assert.Equal("foreign-1", result.Model);
    }

    private static int LineOf([CallerLineNumber] int line = 0) => line;

    /// <summary>A client that knows nothing of Actant.</summary>
    private sealed class ForeignClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var result = messages.LastOrDefault()?.Contents.OfType<FunctionResultContent>().FirstOrDefault();
            var answer = result is null
                ? new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call-1", options!.Tools![0].Name, new Dictionary<string, object?> { ["a"] = 6, ["b"] = 7 })])
                : new ChatMessage(ChatRole.Assistant, $"It is {result.Result}.");
            return Task.FromResult(new ChatResponse(answer) { ModelId = "foreign-1" });
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // Nothing to free.
        }
    }
}
