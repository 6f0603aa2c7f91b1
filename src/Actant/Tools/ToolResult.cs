using System.Text.Json;

namespace Actant.Tools;

/// <summary>How a call ended: an output or a failure. Both go to the model.</summary>
public sealed record ToolResult
{
    private ToolResult()
    {
    }

    /// <summary>The output, if it succeeded.</summary>
    public JsonElement? Output { get; private init; }

    /// <summary>Why it failed, if it did.</summary>
    public Failure? Failure { get; private init; }

    /// <summary>
    /// Whether the call certainly did not happen: it never left, or the other side refused it. Only then is an unsafe one made again
    /// after a transient failure.
    /// </summary>
    public bool DidNotHappen { get; private init; }

    /// <summary>Success with a JSON value.</summary>
    public static ToolResult Succeeded(JsonElement output) => new() { Output = output };

    /// <summary>Success with a text.</summary>
    public static ToolResult Succeeded(string text) => new() { Output = JsonSerializer.SerializeToElement(text, ToolJson.Default.String) };

    /// <summary>Failure with a code of <see cref="ToolErrors"/> or the tool's own, and a message that helps the model to do better.</summary>
    public static ToolResult Failed(string code, string message, bool transient = false) =>
        Failed(new Failure { Code = code, Message = message, Transient = transient });

    /// <summary>Failure as a record.</summary>
    public static ToolResult Failed(Failure failure) => new() { Failure = failure };

    /// <summary>Failure of a call that certainly did not happen.</summary>
    public static ToolResult NotDone(Failure failure) => new() { Failure = failure, DidNotHappen = true };

    /// <summary>Failure of a call that certainly did not happen.</summary>
    public static ToolResult NotDone(string code, string message, bool transient = false) =>
        NotDone(new Failure { Code = code, Message = message, Transient = transient });
}
