using System.Text.Json;

namespace Actant.Filters;

/// <summary>
/// One attempt of a tool call. What follows makes it; its result is stored, and told to the model, as the filters return it. A refusal
/// is the result.
/// </summary>
public sealed class ToolCallContext : FilterContext
{
    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool's name, as the agent has it.</summary>
    public required string Tool { get; init; }

    /// <summary>What a repeated call would do.</summary>
    public required ToolClass Class { get; init; }

    /// <summary>The tool's version and a hash of its parameters.</summary>
    public required string Version { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The same for every attempt of this call.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The arguments as they are sent; <see cref="ToolArgumentsContext"/> is where they may be changed.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>
    /// Whether the call was made long ago and given up, and only its result comes now, for the person who is asked about it: what
    /// follows calls nothing.
    /// </summary>
    public bool IsLate { get; init; }

    internal override string What => $"a call of '{Tool}'";
}
