using System.Text.Json.Serialization;

namespace Actant.Access;

/// <summary>What somebody may do. Each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Look at everything of the tenant.</summary>
    [JsonStringEnumMemberName("Viewer")]
    Viewer,

    /// <summary>Execute agents, and steer executions and threads.</summary>
    [JsonStringEnumMemberName("Runner")]
    Runner,

    /// <summary>Change agents.</summary>
    [JsonStringEnumMemberName("Editor")]
    Editor,

    /// <summary>Make and revoke keys.</summary>
    [JsonStringEnumMemberName("Admin")]
    Admin,
}
