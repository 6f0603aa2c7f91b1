using Actant.Journaling;

namespace Actant.Filters;

/// <summary>What one attempt of a model call took, whether it gave an answer or not.</summary>
public sealed record ModelCallSpent
{
    /// <summary>The model, as the vendor names it.</summary>
    public required string Model { get; init; }

    /// <summary>Who it was: the provider, or a stand-in's name.</summary>
    public required string ModelSource { get; init; }

    /// <summary>Tokens, as far as the vendor told.</summary>
    public Usage Usage { get; init; }

    /// <summary>What they cost, in USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>The vendor's id of the request, if it gave one.</summary>
    public string? RequestId { get; init; }
}
