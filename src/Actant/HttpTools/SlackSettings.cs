namespace Actant.HttpTools;

/// <summary>What the <c>config</c> of a tool of type <c>slack</c> says, read and checked.</summary>
internal sealed record SlackSettings
{
    /// <summary>The API's method for messages.</summary>
    public const string Api = "https://slack.com/api/chat.postMessage";

    /// <summary>The name of the secret: a token, or the whole address of an incoming webhook.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether it is a webhook, which has a channel of its own.</summary>
    public bool IsWebhook { get; init; }

    /// <summary>Where to, with a token.</summary>
    public string Url { get; init; } = Api;

    /// <summary>The channels that may be written to; one is not asked for. Empty with a webhook.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Whether a text may call everybody, as <c>@channel</c> does.</summary>
    public bool MayCallAll { get; init; }
}
