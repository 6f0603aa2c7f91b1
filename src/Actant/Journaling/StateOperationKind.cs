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
}
