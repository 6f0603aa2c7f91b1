namespace Actant.Egress;

/// <summary>The stable codes of requests that did not get an answer.</summary>
public static class EgressErrors
{
    /// <summary>A rule forbids it: the message says which.</summary>
    public const string Refused = "egress_refused";

    /// <summary>The address is no URL that can be called, or is written in a way that hides where it leads.</summary>
    public const string InvalidUrl = "egress_invalid_url";

    /// <summary>More redirects than allowed.</summary>
    public const string TooManyRedirects = "egress_too_many_redirects";

    /// <summary>The body of the answer is larger than allowed.</summary>
    public const string ResponseTooLarge = "egress_response_too_large";

    /// <summary>The host cannot be resolved or connected to, or its certificate is refused; the request did not leave.</summary>
    public const string Unreachable = "egress_unreachable";

    /// <summary>The connection broke, or the answer is no HTTP, after the request may have left.</summary>
    public const string Broken = "egress_broken";

    /// <summary>It was held up so long that its execution may belong to another process, or be over: the request did not leave.</summary>
    public const string NotSent = "egress_not_sent";

    /// <summary>No answer in time; the request may have left.</summary>
    public const string TimedOut = "egress_timed_out";
}
