using System.Text.Json.Nodes;

namespace Actant.Definitions;

/// <summary>One field of an object of a definition, for its schema.</summary>
internal sealed record SchemaField(string Name, JsonObject Shape, string Description)
{
    /// <summary>One that must be written.</summary>
    public static SchemaField Needed(string name, JsonObject shape, string description) => new(name, shape, description) { IsRequired = true };

    /// <summary>Its other name.</summary>
    public string? Alias { get; init; }

    /// <summary>What stands under the other name, where that differs.</summary>
    public JsonObject? AliasShape { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>Whether <c>null</c> does not count as not written.</summary>
    public bool CannotBeNull { get; init; }
}
