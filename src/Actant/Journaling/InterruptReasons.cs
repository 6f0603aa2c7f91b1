namespace Actant.Journaling;

/// <summary>Why an execution asks.</summary>
public static class InterruptReasons
{
    /// <summary>A node of type <c>human</c>.</summary>
    public const string Human = "human";

    /// <summary>A tool that requires approval.</summary>
    public const string ToolApproval = "tool_approval";

    /// <summary>An unsafe call that may or may not have happened.</summary>
    public const string ToolOutcomeUnknown = "tool_outcome_unknown";

    /// <summary>Somebody stopped the execution; any answer lets it go on.</summary>
    public const string Stopped = "stopped";
}
