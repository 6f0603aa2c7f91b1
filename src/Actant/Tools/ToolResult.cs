using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.Tools;

/// <summary>How a call ended: an output or a failure. Both go to the model.</summary>
public sealed record ToolResult
{
    private ToolResult()
    {
    }

    /// <summary>The output, if it succeeded.</summary>
    public JsonElement? Output { get; private init; }

    /// <summary>
    /// Whether <see cref="Output"/> is a list of typed parts, as those of a message's content are: the model is given the parts, where
    /// its vendor takes them, and else what they are in words.
    /// </summary>
    public bool HasParts { get; private init; }

    /// <summary>Why it failed, if it did.</summary>
    public Failure? Failure { get; private init; }

    /// <summary>
    /// Whether the call certainly did not happen: it never left, or the other side refused it. Only then is an unsafe one made again
    /// after a transient failure.
    /// </summary>
    public bool DidNotHappen { get; private init; }

    /// <summary>Whether a limit has held the call back, which waits for its turn: that is no attempt that failed.</summary>
    internal bool IsHeldBack { get; private init; }

    /// <summary>Success with a JSON value.</summary>
    public static ToolResult Succeeded(JsonElement output) => new() { Output = output };

    /// <summary>Success with a text.</summary>
    public static ToolResult Succeeded(string text) => new() { Output = JsonSerializer.SerializeToElement(text, ToolJson.Default.String) };

    /// <summary>Success with typed parts: texts, images, audio, files and addresses, and JSON as <c>application/json</c> data.</summary>
    /// <exception cref="ArgumentException">There is none, or one is of a kind that conversations cannot hold.</exception>
    public static ToolResult OfParts(IEnumerable<AIContent> parts) => OfParts(ToolParts.Of(parts));

    /// <summary>
    /// Success with typed parts as JSON: <c>[{type: text, text}, {type: image_url, image_url: {url}}, {type: input_audio, …}, {type: file, …},
    /// {type: json, json}]</c>. A part that is none fails the call, with its path.
    /// </summary>
    public static ToolResult OfParts(JsonElement parts) => new() { Output = parts, HasParts = true };

    /// <summary>The same with another output, which is of the same kind.</summary>
    public ToolResult With(JsonElement output) => this with { Output = output };

    /// <summary>Failure with a code of <see cref="ToolErrors"/> or the tool's own, and a message that helps the model to do better.</summary>
    public static ToolResult Failed(string code, string message, bool transient = false) =>
        Failed(new Failure { Code = code, Message = message, Transient = transient });

    /// <summary>Failure as a record.</summary>
    public static ToolResult Failed(Failure failure) => new() { Failure = failure };

    /// <summary>Failure of a call that certainly did not happen.</summary>
    public static ToolResult NotDone(Failure failure) => new() { Failure = failure, DidNotHappen = true };

    /// <summary>A call that a limit has held back until a time that the failure names.</summary>
    internal static ToolResult HeldBack(Failure failure) => NotDone(failure) with { IsHeldBack = true };

    /// <summary>Failure of a call that certainly did not happen.</summary>
    public static ToolResult NotDone(string code, string message, bool transient = false) =>
        NotDone(new Failure { Code = code, Message = message, Transient = transient });
}
