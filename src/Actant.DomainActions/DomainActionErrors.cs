namespace Actant.DomainActions;

/// <summary>Codes of answers that only actions can have.</summary>
internal static class DomainActionErrors
{
    /// <summary>There is no such action.</summary>
    public const string UnknownAction = "unknown_action";

    /// <summary>The action is not of a tenant whose queue it came to.</summary>
    public const string WrongQueue = "wrong_queue";

    /// <summary>What was asked for was not there in time.</summary>
    public const string ActionTimeout = "action_timeout";

    /// <summary>Nothing of an action was stored, however often it was tried.</summary>
    public const string TooManyTries = "too_many_tries";
}
