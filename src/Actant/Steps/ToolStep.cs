using System.Text.Json;
using Actant.Journaling;
using Actant.Tools;

namespace Actant.Steps;

/// <summary>A tool call.</summary>
internal sealed record ToolStep : RunningStep
{
    /// <summary>The call.</summary>
    public required CallState Call { get; init; }

    /// <summary>The tool.</summary>
    public required BoundTool Tool { get; init; }

    /// <summary>The arguments as they are sent.</summary>
    public required JsonElement Arguments { get; init; }

    /// <summary>Whether filters changed the arguments, and no entry says so yet.</summary>
    public bool IsChanged { get; init; }

    /// <summary>The same for every attempt.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>When the attempt is given up.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <inheritdoc />
    public override StepKey Key => new(Run.Path, Activation.Name, Call.Id);
}
