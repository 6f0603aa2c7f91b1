namespace Actant.Api;

/// <summary>Codes that operations and ways in refuse with; the others come from the engine.</summary>
public static class RefusalCodes
{
    /// <summary>The request cannot be read as one.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>The document is not JSON that can be used.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>Values are wrong.</summary>
    public const string InvalidInput = "invalid_input";

    /// <summary>A definition has problems.</summary>
    public const string InvalidDefinition = "invalid_definition";

    /// <summary>The document is too large.</summary>
    public const string PayloadTooLarge = "payload_too_large";

    /// <summary>The role is not enough.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>There is nothing of that name.</summary>
    public const string NotFound = "not_found";

    /// <summary>There is no such agent.</summary>
    public const string AgentNotFound = "agent_not_found";

    /// <summary>There is no such execution.</summary>
    public const string ExecutionNotFound = "execution_not_found";

    /// <summary>There is no such thread.</summary>
    public const string ThreadNotFound = "thread_not_found";

    /// <summary>The thread has no such position.</summary>
    public const string PositionNotFound = "position_not_found";

    /// <summary>An entry cannot be read.</summary>
    public const string JournalUnreadable = "journal_unreadable";

    /// <summary>A newer release wrote to the thread.</summary>
    public const string NewerFormat = "newer_format";

    /// <summary>A limit is reached; later it may pass.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>The store has no room for more.</summary>
    public const string StorageFull = "storage_full";

    /// <summary>The store does not answer.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>The process is stopping.</summary>
    public const string ShuttingDown = "shutting_down";

    /// <summary>Something went wrong that should not.</summary>
    public const string InternalError = "internal_error";
}
