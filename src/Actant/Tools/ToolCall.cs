using System.Text.Json;

namespace Actant.Tools;

/// <summary>One call of a tool.</summary>
public sealed record ToolCall
{
    /// <summary>The call's id: the model's own, or made of the activation for a tool node.</summary>
    public required string CallId { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The same for every attempt of this call, different for every other call: hand it on to whoever can use it.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The arguments, checked.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>Who calls, on whose behalf.</summary>
    public required ToolContext Context { get; init; }
}
