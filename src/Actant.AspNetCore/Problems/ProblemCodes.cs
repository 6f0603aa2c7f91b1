namespace Actant.AspNetCore.Problems;

/// <summary>The codes that only HTTP knows; the others come from the engine.</summary>
internal static class ProblemCodes
{
    public const string BadRequest = "bad_request";
    public const string InvalidJson = "invalid_json";
    public const string InvalidInput = "invalid_input";
    public const string InvalidDefinition = "invalid_definition";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string PayloadTooLarge = "payload_too_large";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string AgentNotFound = "agent_not_found";
    public const string AgentInactive = "agent_inactive";
    public const string ExecutionNotFound = "execution_not_found";
    public const string ThreadNotFound = "thread_not_found";
    public const string PositionNotFound = "position_not_found";
    public const string JournalUnreadable = "journal_unreadable";
    public const string NewerFormat = "newer_format";
    public const string StoreUnavailable = "store_unavailable";
    public const string ShuttingDown = "shutting_down";
    public const string InternalError = "internal_error";
}
