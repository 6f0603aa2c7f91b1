namespace Actant.LanguageModels;

/// <summary>The stable codes of failed model calls.</summary>
public static class ModelErrors
{
    /// <summary>Too many requests; transient.</summary>
    public const string RateLimited = "rate_limit_exceeded";

    /// <summary>The provider failed or cannot be reached; transient.</summary>
    public const string Unavailable = "model_unavailable";

    /// <summary>The answer broke off; transient.</summary>
    public const string StreamBroken = "model_stream_broken";

    /// <summary>No answer within the step's deadline; transient.</summary>
    public const string TimedOut = "model_timed_out";

    /// <summary>The conversation does not fit the model.</summary>
    public const string ContextLengthExceeded = "context_length_exceeded";

    /// <summary>The provider refused the request.</summary>
    public const string Rejected = "model_request_rejected";

    /// <summary>The key is missing or wrong.</summary>
    public const string Unauthorized = "model_unauthorized";

    /// <summary>The account's money or its quota is used up; waiting does not help.</summary>
    public const string QuotaExceeded = "model_quota_exceeded";

    /// <summary>The answer is not what the provider's interface documents.</summary>
    public const string Malformed = "model_answer_malformed";

    /// <summary>The answer was cut off, filtered or refused, and the node does not accept that.</summary>
    public const string Cut = "answer_cut";

    /// <summary>The execution ended while the model was called. Only in the history, where something was counted for it.</summary>
    public const string Aborted = "model_call_aborted";

    /// <summary>The scripted model has nothing to answer.</summary>
    public const string NoScript = "model_script_exhausted";

    /// <summary>The scripted model's patterns or templates cost more than one answer may.</summary>
    public const string ScriptTooExpensive = "model_script_too_expensive";
}
