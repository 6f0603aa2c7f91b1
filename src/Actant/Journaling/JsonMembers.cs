using System.Text.Json;

namespace Actant.Journaling;

/// <summary>Looks into values whose form nobody has promised.</summary>
internal static class JsonMembers
{
    /// <summary>A member that is there and not <c>null</c>.</summary>
    public static JsonElement? Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A member that is a text.</summary>
    public static string? Text(this JsonElement value, string name) =>
        value.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A member that is a text and says something.</summary>
    public static string? Said(this JsonElement value, string name) => value.Text(name) is { Length: > 0 } said ? said : null;
}
