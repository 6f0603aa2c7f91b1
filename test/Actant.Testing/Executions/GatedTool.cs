using System.Text.Json;
using Actant.Tools;

namespace Actant.Testing.Executions;

/// <summary>A tool whose every call waits for the test, which finds it in <see cref="Calls"/>.</summary>
public sealed class GatedTool(string name, ToolClass toolClass = ToolClass.Unsafe, TimeSpan? timeout = null) : Tool
{
    public override string Name => name;

    public override string Description => $"The tool {name} of the tests.";

    public override JsonElement Parameters => Takes;

    /// <summary>What its arguments must fit.</summary>
    public JsonElement Takes { get; init; } = JsonElement.Parse("""{"type":"object"}""");

    public override ToolClass Class => toolClass;

    public override ToolLimits Limits { get; } = new() { Timeout = timeout ?? TimeSpan.FromDays(30) };

    public Arrivals<ToolInvocation> Calls { get; } = new();

    /// <summary>Answers at once instead, where it is set.</summary>
    public Action<ToolInvocation>? Responds { get; set; }

    /// <summary>Whether calls end when they are cancelled.</summary>
    public bool HonoursToken { get; set; } = true;

    public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var invocation = new ToolInvocation(call, cancellationToken);
        Responds?.Invoke(invocation);
        Calls.Add(invocation);
        return invocation.RunAsync(HonoursToken);
    }
}
