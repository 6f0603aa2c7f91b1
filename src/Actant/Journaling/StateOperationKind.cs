using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>The kinds of state operations.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StateOperationKind>))]
public enum StateOperationKind
{
    /// <summary>The key has this value.</summary>
    [JsonStringEnumMemberName("set")]
    Set,

    /// <summary>The list grew by these items.</summary>
    [JsonStringEnumMemberName("append")]
    Append,

    /// <summary>The item of the list with this id became this one.</summary>
    [JsonStringEnumMemberName("replace")]
    Replace,

    /// <summary>The item with this id, or the key, is gone.</summary>
    [JsonStringEnumMemberName("remove")]
    Remove,

    /// <summary>
    /// The key's value, or the item of the list with this id, took over a JSON merge patch (RFC 7396). Since format 2.
    /// </summary>
    [JsonStringEnumMemberName("patch")]
    Patch,
}
