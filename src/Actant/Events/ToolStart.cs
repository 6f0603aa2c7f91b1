using System.Text.Json;

namespace Actant.Events;

/// <summary>A call of a tool that begins. For most calls no entry says so before they have ended.</summary>
public sealed record ToolStart
{
    /// <summary>The execution.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>The scope of the activation.</summary>
    public required string Path { get; init; }

    /// <summary>The activation that calls.</summary>
    public required string Activation { get; init; }

    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }

    /// <summary>The tool.</summary>
    public required string Tool { get; init; }

    /// <summary>The arguments as they are sent; filters were passed.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }
}
