namespace Actant.Access;

/// <summary>What somebody may do. Each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Look at everything of the tenant.</summary>
    Viewer,

    /// <summary>Execute agents, and steer executions and threads.</summary>
    Runner,

    /// <summary>Change agents.</summary>
    Editor,

    /// <summary>Make and revoke keys.</summary>
    Admin,
}
