namespace Actant.Api;

/// <summary>What kind of refusal a code is. Each way in says it in its own dialect: HTTP by a status, gRPC by one of its own.</summary>
public enum ErrorCategory
{
    /// <summary>What was sent is wrong, whatever the state of things.</summary>
    Invalid,

    /// <summary>It is not known who asks.</summary>
    Unauthenticated,

    /// <summary>Whoever asks may not do it.</summary>
    Forbidden,

    /// <summary>What it is about does not exist.</summary>
    NotFound,

    /// <summary>The state of things does not allow it.</summary>
    Conflict,

    /// <summary>It has changed since the caller saw it.</summary>
    Precondition,

    /// <summary>It is larger than what is taken.</summary>
    TooLarge,

    /// <summary>It can be read, and does not fit what it is for.</summary>
    Unprocessable,

    /// <summary>A limit is reached; later it may pass.</summary>
    Limited,

    /// <summary>Not now: nothing was done, and the same may be sent again.</summary>
    Unavailable,

    /// <summary>Something went wrong that should not.</summary>
    Internal,

    /// <summary>There is no room for more until something is removed.</summary>
    Full,
}
