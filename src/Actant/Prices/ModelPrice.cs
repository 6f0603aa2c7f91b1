namespace Actant.Prices;

/// <summary>What the tokens of a model cost, in USD for a million.</summary>
public sealed record ModelPrice
{
    /// <summary>The provider's name in definitions.</summary>
    public required string Provider { get; init; }

    /// <summary>The model's name, or the beginning of names and <c>*</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens read.</summary>
    public required decimal Input { get; init; }

    /// <summary>Tokens read from the provider's cache; as any others where it is not said.</summary>
    public decimal? CachedInput { get; init; }

    /// <summary>Tokens written to the provider's cache; as any others that are read where it is not said.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Tokens written, those of hidden reasoning included.</summary>
    public required decimal Output { get; init; }

    /// <summary>The day on which this was the price.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Where it was read.</summary>
    public required string Source { get; init; }
}
