using System.Text.Json;
using Actant.Definitions;
using Actant.Testing;
using Actant.Tools;

namespace Actant.Tests.Tools;

[Trait("Row", "T7")]
public sealed class ToolGateTests
{
    private static readonly ToolDefinition s_definition = new() { Name = "test", Type = "code" };
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(ToolClass.Pure, "tool_timed_out*: 'test' did not end within 30 s.")]
    [InlineData(ToolClass.Idempotent, "tool_timed_out*: 'test' did not end within 30 s.")]
    [InlineData(ToolClass.Durable, "tool_timed_out*: 'test' did not end within 30 s.")]
    [InlineData(ToolClass.Unsafe, "tool_outcome_unknown: 'test' did not end within 30 s. Whether the call happened is unknown.")]
    public async Task Invoke_DeadlinePasses_TellsByClass(ToolClass toolClass, string expected)
    {
        var result = InvokeAsync(async stop => await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop), toolClass);

        await _clock.WhenArmedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(expected, TestCalls.Show(await result));
    }

    [Fact]
    public async Task Invoke_ToolIgnoresItsToken_AnswersAfterTheGrace()
    {
        using var release = new ManualResetEventSlim();
        var result = InvokeAsync(_ => { release.Wait(CancellationToken.None); return Task.CompletedTask; }, ToolClass.Pure);

        await _clock.WhenArmedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await _clock.WhenArmedAsync(1);
        Assert.False(result.IsCompleted);
        _clock.Advance(ToolGate.Grace);

        Assert.StartsWith("tool_timed_out*", TestCalls.Show(await result));
        release.Set();
    }

    [Fact]
    public async Task Invoke_ToolEndsInTheGrace_GivesItsResult()
    {
        var done = new TaskCompletionSource();
        var result = InvokeAsync(_ => done.Task, ToolClass.Unsafe);

        await _clock.WhenArmedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await _clock.WhenArmedAsync(1);
        done.SetResult();

        Assert.Equal("\"done\"", TestCalls.Show(await result));
    }

    [Fact]
    public async Task Invoke_EarlierDeadline_Counts()
    {
        var result = InvokeAsync(async stop => await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop), ToolClass.Pure, _clock.GetUtcNow().AddSeconds(2));

        await _clock.WhenArmedAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("tool_timed_out*: 'test' did not end within 2 s.", TestCalls.Show(await result));
    }

    [Fact]
    public async Task Invoke_DeadlineIsOver_DoesNotCall()
    {
        var result = await InvokeAsync(_ => throw new NotSupportedException(), ToolClass.Unsafe, _clock.GetUtcNow());
        Assert.Equal("tool_timed_out*: The deadline passed before 'test' was called.", TestCalls.Show(result));
    }

    [Fact]
    public async Task Invoke_CallerCancels_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var result = InvokeAsync(async stop => await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop), ToolClass.Unsafe, cancel: cancel.Token);

        await _clock.WhenArmedAsync(1);
        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Invoke_CallerCancelsToolThatIgnoresIt_ThrowsAfterTheGrace()
    {
        using var cancel = new CancellationTokenSource();
        var result = InvokeAsync(_ => new TaskCompletionSource().Task, ToolClass.Unsafe, cancel: cancel.Token);

        await _clock.WhenArmedAsync(1);
        await cancel.CancelAsync();
        await _clock.WhenArmedAsync(2);
        _clock.Advance(ToolGate.Grace);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
    }

    [Fact]
    public async Task Invoke_CancelledBefore_DoesNotCall()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => InvokeAsync(_ => throw new NotSupportedException(), ToolClass.Pure, cancel: new CancellationToken(true)));
    }

    public static TheoryData<ToolClass, Exception, string> Exceptions { get; } = new()
    {
        { ToolClass.Unsafe, new InvalidOperationException("Broken pipe"), "tool_execution_failed: 'test' failed: Broken pipe" },
        { ToolClass.Pure, new AggregateException(new FormatException("Bad")), "tool_execution_failed: 'test' failed: Bad" },
        { ToolClass.Unsafe, new ToolOutcomeUnknownException("No answer"), "tool_outcome_unknown: 'test' failed: No answer" },
        { ToolClass.Idempotent, new ToolOutcomeUnknownException("No answer"), "tool_execution_failed*: 'test' failed: No answer" },
        { ToolClass.Unsafe, new TaskCanceledException("Slow"), "tool_outcome_unknown: 'test' gave up waiting. Whether the call happened is unknown." },
        { ToolClass.Pure, new TaskCanceledException("Slow"), "tool_timed_out*: 'test' gave up waiting." },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task Invoke_ToolThrows_IsAFailure(ToolClass toolClass, Exception exception, string expected)
    {
        Assert.Equal(expected, TestCalls.Show(await InvokeAsync(_ => throw exception, toolClass)));
        Assert.Equal(expected, TestCalls.Show(await InvokeAsync(_ => Task.FromException(exception), toolClass)));
    }

    [Fact]
    public async Task Invoke_ThrownMessageIsLong_IsCut()
    {
        var result = await InvokeAsync(_ => throw new InvalidOperationException(new string('x', 100_000)), ToolClass.Pure);
        Assert.Equal(1000, result.Failure!.Message.Length);
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(9, "tool_output_too_large: 'test' was called and answered with 11 bytes, more than the 10 allowed. Ask for less.")]
    public async Task Invoke_Output_IsBounded(int characters, string? expected)
    {
        var tool = FunctionTool.Create(() => new string('x', characters), "test", "x");
        var bound = TestCalls.Bind(tool, s_definition with { Limits = new ToolLimits { MaxOutputBytes = 10 } });

        var result = await new ToolGate(_clock).InvokeAsync(bound, TestCalls.Of("{}"), null, default);

        Assert.Equal(expected ?? $"\"{new string('x', characters)}\"", TestCalls.Show(result));
    }

    [Fact]
    public async Task Invoke_OutputThatNobodyCanRead_IsAFailureWithItsPlace()
    {
        foreach (var (output, hasParts) in new[] { ("""[{"type":"text","text":"\ud800"}]""", true), ("""[{"a":"\udc00"}]""", false), ("""[{"\ud800":1}]""", false) })
        {
            var tool = FunctionTool.Create(() => hasParts ? ToolResult.OfParts(JsonElement.Parse(output)) : ToolResult.Succeeded(JsonElement.Parse(output)), "test", "x");

            var result = await new ToolGate(_clock).InvokeAsync(TestCalls.Bind(tool), TestCalls.Of("{}"), null, default);

            Assert.StartsWith("tool_execution_failed: 'test' was called and answered with a text that is no Unicode: half of a surrogate pair at $[0]", TestCalls.Show(result));
        }
    }

    [Fact]
    public async Task Invoke_NoOrDisposedResult_IsAFailure()
    {
        var gate = new ToolGate(_clock);
        var nothing = TestCalls.Bind(FunctionTool.Create(() => ToolResult.Succeeded(default(JsonElement)), "test", "x"));
        Assert.Equal("tool_execution_failed: 'test' ended without a result.", TestCalls.Show(await gate.InvokeAsync(nothing, TestCalls.Of("{}"), null, default)));

        var disposed = TestCalls.Bind(FunctionTool.Create(() =>
        {
            using var document = JsonDocument.Parse("[1]");
            return ToolResult.Succeeded(document.RootElement);
        }, "test", "x"));
        Assert.StartsWith("tool_execution_failed: ", TestCalls.Show(await gate.InvokeAsync(disposed, TestCalls.Of("{}"), null, default)));
    }

    [Fact]
    [Trait("Row", "T8")]
    public void ToolError_Failure_HasTheDocumentedForm()
    {
        var error = ToolError.Of(ToolGate.NotFound("calculater", ["calculator"]).Failure!, "calculater", _clock.GetUtcNow());

        Assert.Equal(
            """{"success":false,"error":"There is no tool \u0027calculater\u0027. Is \u0027calculator\u0027 meant?","tool_name":"calculater","code":"tool_not_found","timestamp":"2026-01-01T00:00:00Z"}""",
            error.ToJson().GetRawText());
    }

    private Task<ToolResult> InvokeAsync(
        Func<CancellationToken, Task> act, ToolClass toolClass, DateTimeOffset? deadline = null, CancellationToken cancel = default)
    {
        var tool = FunctionTool.Create(
            async (CancellationToken stop) =>
            {
                await act(stop);
                return "done";
            },
            "test",
            "x",
            toolClass);
        return new ToolGate(_clock).InvokeAsync(TestCalls.Bind(tool), TestCalls.Of("{}"), deadline, cancel).AsTask();
    }
}
