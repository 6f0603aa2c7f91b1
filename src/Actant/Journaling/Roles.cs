namespace Actant.Journaling;

/// <summary>The roles of messages.</summary>
public static class Roles
{
    /// <summary>Instructions.</summary>
    public const string System = "system";

    /// <summary>Whoever asks.</summary>
    public const string User = "user";

    /// <summary>A model.</summary>
    public const string Assistant = "assistant";

    /// <summary>A tool.</summary>
    public const string Tool = "tool";
}
