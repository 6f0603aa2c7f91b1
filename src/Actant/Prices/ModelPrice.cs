using System.Globalization;
using System.Security.Cryptography;
using System.Text;

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

    /// <summary>
    /// What costs name it by: <c>openai/gpt-5.4@2026-06-30#</c> and eight digits of a hash of its numbers, so that a price that was
    /// corrected without a new day is another one.
    /// </summary>
    public string Version => string.Create(CultureInfo.InvariantCulture, $"{Provider}/{Model}@{Date:yyyy-MM-dd}#{Hash()}");

    // As numbers, not as they were written: 2.5 and 2.50 are one price.
    private string Hash()
    {
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{Input:G29} {CachedInput:G29} {CacheWrite:G29} {Output:G29}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(numbers)).AsSpan(0, 4));
    }
}
