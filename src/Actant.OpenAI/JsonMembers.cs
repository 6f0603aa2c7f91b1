using System.Text.Json;

namespace Actant.OpenAI;

/// <summary>Looks into what strangers wrote.</summary>
internal static class JsonMembers
{
    /// <summary>A member that is there and not <c>null</c>.</summary>
    public static JsonElement? Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A text that says something.</summary>
    public static string? Text(this JsonElement value, string name) =>
        value.Member(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } words ? words : null;
}
