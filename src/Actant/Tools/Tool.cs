using System.Text.Json;

namespace Actant.Tools;

/// <summary>
/// Something a model or a node can call. Derive from it, or wrap a method with <see cref="FunctionTool"/>. One instance serves
/// all executions at once.
/// </summary>
public abstract class Tool
{
    /// <summary>How models name it: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    public abstract string Name { get; }

    /// <summary>What the model is told.</summary>
    public abstract string Description { get; }

    /// <summary>The JSON Schema of its arguments, an object. Arguments are checked against it before a call.</summary>
    public abstract JsonElement Parameters { get; }

    /// <summary>What a repeated call would do. Unsafe unless the tool says better.</summary>
    public virtual ToolClass Class => ToolClass.Unsafe;

    /// <summary>Whether a person must agree before each call, whatever a definition says. Not unless the tool says so.</summary>
    public virtual bool RequiresApproval => false;

    /// <summary>
    /// Changes when the tool does something else for the same arguments: journaled with each call, and results cached for another
    /// version are not used. The version of its assembly unless the tool says better.
    /// </summary>
    public virtual string Version => GetType().Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Bounds of one call.</summary>
    public virtual ToolLimits Limits { get; } = new();

    /// <summary>
    /// Does it. An expected failure is a <see cref="ToolResult.Failed(string, string, bool)"/>; an exception counts as a permanent failure, for
    /// an unsafe tool too: throw <see cref="ToolOutcomeUnknownException"/> where the call may have happened.
    /// </summary>
    /// <param name="call">The call; its arguments fit <see cref="Parameters"/>.</param>
    /// <param name="cancellationToken">Cancelled at the call's deadline, on cancel and when the lease is lost.</param>
    public abstract ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken);
}
