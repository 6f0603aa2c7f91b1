using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Tools;

/// <summary>Functions of Microsoft.Extensions.AI as tools.</summary>
[Trait("Row", "C4")]
public sealed class FunctionToolTests
{
    private static readonly ToolGate s_gate = new(TimeProvider.System);

    [Theory]
    [InlineData("text", "\"text\"")]
    [InlineData(42, "42")]
    [InlineData(null, "null")]
    [InlineData(new[] { 1, 2 }, "[1,2]")]
    public async Task InvokeAsync_WhateverAFunctionReturns_BecomesJson(object? value, string json)
    {
        var result = await InvokeAsync(AIFunctionFactory.Create(() => value, "give", "Gives."), "{}");

        Assert.Equal(json, result.Output!.Value.GetRawText());
    }

    [Fact]
    public async Task InvokeAsync_ChatContent_BecomesItsText()
    {
        var function = AIFunctionFactory.Create(() => new TextContent("said"), new AIFunctionFactoryOptions { Name = "give", MarshalResult = static (value, _, _) => new(value) });

        Assert.Equal("said", (await InvokeAsync(function, "{}")).Output!.Value.GetString());
    }

    [Fact]
    public async Task InvokeAsync_ChatContents_BecomeTypedParts()
    {
        AIContent[] given =
        [
            new TextContent("said"), new DataContent("data:image/png;base64,AAAA"), new DataContent("data:audio/mpeg;base64,AAAA"),
            new DataContent("data:application/pdf;base64,JVBERi0=") { Name = "a.pdf" }, new UriContent("https://example.org/a.mp4", "video/mp4"),
            new HostedFileContent("file-1"), new DataContent("{\"a\":[1]}"u8.ToArray(), "application/json"),
        ];
        var result = await InvokeAsync(Giving(given), "{}");

        Assert.True(result.HasParts);
        Assert.Equal(
            """[{"type":"text","text":"said"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}},"""
            + """{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0=","filename":"a.pdf"}},{"type":"file","file":{"file_url":"https://example.org/a.mp4","media_type":"video/mp4"}},"""
            + """{"type":"file","file":{"file_id":"file-1"}},{"type":"json","json":{"a":[1]}}]""",
            result.Output!.Value.GetRawText());
    }

    [Fact]
    public async Task InvokeAsync_ContentThatNoConversationHolds_Fails()
    {
        var result = await InvokeAsync(Giving([new TextContent("said"), new ErrorContent("odd")]), "{}");

        Assert.Equal(ToolErrors.ExecutionFailed, result.Failure!.Code);
        Assert.Contains("ErrorContent", result.Failure.Message, StringComparison.Ordinal);
    }

    private static AIFunction Giving(AIContent[] contents) =>
        AIFunctionFactory.Create(() => contents, new AIFunctionFactoryOptions { Name = "give", MarshalResult = static (value, _, _) => new(value) });

    [Fact]
    public async Task InvokeAsync_ThrowingFunction_FailsWithItsMessage()
    {
        var result = await InvokeAsync(AIFunctionFactory.Create(string () => throw new InvalidOperationException("No such shelf."), "give", "Gives."), "{}");

        Assert.Equal(ToolErrors.ExecutionFailed, result.Failure!.Code);
        Assert.Contains("No such shelf.", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_Arguments_AreCheckedAgainstTheFunctionsSchema()
    {
        var function = AIFunctionFactory.Create((int count, string? name = null) => $"{count} {name}", "give", "Gives.");

        Assert.Equal("2 apples", (await InvokeAsync(function, """{"count": 2, "name": "apples"}""")).Output!.Value.GetString());
        Assert.Equal(ToolErrors.InvalidArguments, (await InvokeAsync(function, """{"count": "two"}""")).Failure!.Code);
        Assert.Equal(ToolErrors.InvalidArguments, (await InvokeAsync(function, "{}")).Failure!.Code);
    }

    [Fact]
    public async Task InvokeAsync_Cancelled_TellsTheFunction()
    {
        using var stop = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var function = AIFunctionFactory.Create(
            async (CancellationToken token) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
            "wait",
            "Waits.");
        var call = InvokeAsync(function, "{}", stop.Token);
        await began.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void Tool_OfAFunction_SaysWhatTheFunctionSays()
    {
        var function = AIFunctionFactory.Create((int count) => count, "give", "Gives.");
        var tool = new FunctionTool(function);

        Assert.Equal(("give", "Gives.", ToolClass.Unsafe, false), (tool.Name, tool.Description, tool.Class, tool.RequiresApproval));
        Assert.Equal(function.JsonSchema.GetRawText(), tool.Parameters.GetRawText());
        Assert.True(Bind(new ApprovalRequiredAIFunction(function)).RequiresApproval);
    }

    private static BoundTool Bind(AIFunction function) => TestCalls.Bind(new FunctionTool(function));

    private static async Task<ToolResult> InvokeAsync(AIFunction function, string arguments, CancellationToken cancellationToken = default) =>
        await s_gate.InvokeAsync(Bind(function), TestCalls.Of(arguments), null, cancellationToken);
}
