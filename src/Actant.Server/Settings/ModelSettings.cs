using Actant.Prices;

namespace Actant.Server.Settings;

/// <summary>Which models can be called, and what they cost.</summary>
internal sealed record ModelSettings
{
    public required IReadOnlyList<ProviderSettings> Providers { get; init; }

    /// <summary>Whether the scripted model answers where a key is missing; where nothing is said, only while no model can be called at all.</summary>
    public bool? StandIn { get; init; }

    /// <summary>Prices of the user's file, which go before the built-in ones.</summary>
    public IReadOnlyList<ModelPrice> Prices { get; init; } = [];

    /// <summary>The providers for which the scripted model answers.</summary>
    public IReadOnlyList<string> StandsInFor =>
        StandIn ?? Providers.All(provider => provider.Endpoint.LacksKey)
            ? [.. Providers.Where(provider => provider.Endpoint.LacksKey).Select(provider => provider.Endpoint.Name)]
            : [];
}
