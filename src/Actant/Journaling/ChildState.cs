using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A child execution that an activation waits for, or whose end it has not looked at.</summary>
internal sealed class ChildState
{
    /// <summary>Its id.</summary>
    public required ExecutionId Child { get; init; }

    /// <summary>Its thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The scope of the activation that waits.</summary>
    public required string Path { get; init; }

    /// <summary>The activation that waits.</summary>
    public required string Activation { get; init; }

    /// <summary>How it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChildEnded? Ended { get; set; }
}
