using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant;

/// <summary>
/// Who caused something, as the access layer of the way in knows it, or the caller of the library says; never what a request says of
/// itself. Stored with what was caused. Holds no secret: of a key only its id.
/// </summary>
public sealed record Principal
{
    /// <summary>The id of the key that was shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyId { get; init; }

    /// <summary>The user, where the way in knows one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId { get; init; }

    /// <summary>In which role, in the words of the way in: <c>admin</c>, <c>runner</c>, or one of the caller's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>Fields of a newer format.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }
}
