using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Testing.Executions;

/// <summary>One call of a <see cref="GatedTool"/>: has no result until the test gives it one.</summary>
public sealed class ToolInvocation(ToolCall call, CancellationToken token)
{
    private readonly TaskCompletionSource<ToolResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ToolCall Call => call;

    /// <summary>Whether one of its arguments is that text: our ids are nothing that a test could name.</summary>
    public bool Has(string text) => call.Arguments.EnumerateObject().Any(argument => argument.Value.ToString() == text);

    public CancellationToken Token => token;

    /// <summary>Ends when the engine has cancelled the call.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(EngineHarness.Patience, TestContext.Current.CancellationToken);

    public void Succeed(string text = "done") => _result.TrySetResult(ToolResult.Succeeded(text));

    public void Give(params AIContent[] parts) => _result.TrySetResult(ToolResult.OfParts(parts));

    public void Fail(string code, bool transient = false, long? retryAfterMs = null) => _result.TrySetResult(
        ToolResult.Failed(new Failure { Code = code, Message = $"The test says {code}.", Transient = transient, RetryAfterMs = retryAfterMs }));

    /// <summary>Says that nothing happened and may be tried again.</summary>
    public void Refuse(string code) => _result.TrySetResult(
        ToolResult.NotDone(new Failure { Code = code, Message = $"The test refuses: {code}.", Transient = true }));

    public void Throw(Exception exception) => _result.TrySetException(exception);

    internal async ValueTask<ToolResult> RunAsync(bool honoursToken)
    {
        // Not disposed of: the wait below hears of a cancel first, and would take the registration back before it ran.
        token.Register(() => _cancelled.TrySetResult());
        return await _result.Task.WaitAsync(honoursToken ? token : CancellationToken.None);
    }
}
