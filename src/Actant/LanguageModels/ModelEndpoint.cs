namespace Actant.LanguageModels;

/// <summary>Where the models of a provider are called, and with which key. A class, so that nothing prints the key by accident.</summary>
public sealed class ModelEndpoint
{
    /// <summary>The provider's name in definitions.</summary>
    public required string Name { get; init => field = OptionRange.CheckText(value, 255); }

    /// <summary>The address that paths of the vendor's interface are appended to.</summary>
    public required Uri Address { get; init; }

    /// <summary>The key; <c>null</c> or empty sends none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the key comes from that may change while the process runs; it takes the place of <see cref="ApiKey"/>, also where it has none. Asked for each call, so it must answer at once.</summary>
    public Func<string?>? KeySource { get; init; }

    /// <summary>The key as it is now.</summary>
    internal string? CurrentKey => KeySource is { } source ? source() : ApiKey;

    /// <summary>
    /// The environment variable that messages tell people to set. Where there is one, a definition is refused while the key is
    /// missing; <c>null</c> for addresses that need no key.
    /// </summary>
    public string? KeyVariable { get; init => field = value is null ? null : OptionRange.CheckText(value, 255); }

    /// <summary>The header that takes the bare key, where that is not the vendor's usual one (<c>api-key</c> for Azure).</summary>
    public string? KeyHeader { get; init => field = value is null ? null : OptionRange.CheckText(value, 255); }

    /// <summary>Headers of every request. Their values count as secrets and never appear in messages.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether the bound on the answer is sent as <c>max_tokens</c>, the older name, which is the only one that many compatible
    /// servers know.
    /// </summary>
    public bool UsesMaxTokens { get; init; }

    /// <summary>What of it decides how its models answer; neither key nor headers.</summary>
    public string Settings => $"{Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)} {(UsesMaxTokens ? "max_tokens" : "")}";

    /// <summary>Whether a key is needed and missing.</summary>
    public bool LacksKey => KeyVariable is not null && string.IsNullOrEmpty(CurrentKey);
}
