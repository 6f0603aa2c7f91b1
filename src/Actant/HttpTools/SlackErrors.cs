namespace Actant.HttpTools;

/// <summary>The stable codes of tools of type <c>slack</c>, beside those of what leaves.</summary>
public static class SlackErrors
{
    /// <summary>Slack refused the message, which is not there; the message of the failure has Slack's own code.</summary>
    public const string Refused = "slack_refused";

    /// <summary>Slack wants fewer messages; it is sent when the time that Slack names has passed.</summary>
    public const string RateLimited = "slack_rate_limited";
}
