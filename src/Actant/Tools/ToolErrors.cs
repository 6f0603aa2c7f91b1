namespace Actant.Tools;

/// <summary>The stable codes of failed tool calls.</summary>
public static class ToolErrors
{
    /// <summary>No tool of that name is available to the caller.</summary>
    public const string NotFound = "tool_not_found";

    /// <summary>The arguments do not fit the tool's schema.</summary>
    public const string InvalidArguments = "tool_invalid_arguments";

    /// <summary>The tool failed.</summary>
    public const string ExecutionFailed = "tool_execution_failed";

    /// <summary>The call's deadline passed.</summary>
    public const string TimedOut = "tool_timed_out";

    /// <summary>The output is larger than allowed.</summary>
    public const string OutputTooLarge = "tool_output_too_large";

    /// <summary>A sub-agent ended without an answer.</summary>
    public const string NoOutput = "no_output";

    /// <summary>The output is nested deeper than values may be.</summary>
    public const string OutputTooDeep = "tool_output_too_deep";

    /// <summary>Nobody knows whether the call happened.</summary>
    public const string OutcomeUnknown = "tool_outcome_unknown";

    /// <summary>A person refused the call.</summary>
    public const string Rejected = "tool_call_rejected";

    /// <summary>The user on whose behalf the execution runs may not call it.</summary>
    public const string NotPermitted = "tool_not_permitted";

    /// <summary>The process might have lost its work to another one, so it did not begin the call; whoever has it makes it.</summary>
    public const string NotBegun = "tool_not_begun";

    /// <summary>Too many calls in the tool's window.</summary>
    public const string RateLimited = Journaling.AttemptFailed.RateLimited;
}
