using System.Text.Json;

namespace Actant.Definitions;

/// <summary>A tool that an agent brings along or configures.</summary>
public sealed record ToolDefinition
{
    /// <summary>How nodes and models name it.</summary>
    public required string Name { get; init; }

    /// <summary><c>builtin</c>, <c>agent</c>, <c>code</c> (registered in the process), and others where an adapter offers them.</summary>
    public required string Type { get; init; }

    /// <summary>What the model is told; the tool's own text if empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The JSON Schema of the arguments; the tool's own if absent.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>
    /// What only this type understands: <c>{"tool": …}</c> renames a builtin or a registered one, <c>{"class": …}</c> finds a
    /// registered one by its C# class, <c>{"agent": …}</c> names an agent.
    /// </summary>
    public JsonElement? Config { get; init; }

    /// <summary>Its class; may make a tool stricter than it says of itself, never laxer.</summary>
    public ToolClass? SideEffects { get; init; }

    /// <summary>Whether a person must agree before each call.</summary>
    public bool RequiresApproval { get; init; }

    /// <summary>What is done when an unsafe call's outcome is unknown.</summary>
    public UnknownOutcomePolicy OnUnknownOutcome { get; init; }

    /// <summary>Bounds of one call; the tool's own where absent.</summary>
    public ToolLimits? Limits { get; init; }

    internal string? ConfigText(string name) =>
        Config is { ValueKind: JsonValueKind.Object } config
        && config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
