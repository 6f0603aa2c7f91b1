namespace Actant.HttpTools;

/// <summary>The stable codes of HTTP tools beside those of the guard.</summary>
public static class HttpErrors
{
    /// <summary>The service answered with a status that is no success.</summary>
    public const string Status = "http_status";

    /// <summary>The service's answer is not what the definition of the tool expects.</summary>
    public const string UnexpectedAnswer = "http_unexpected_answer";
}
