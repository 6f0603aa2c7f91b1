using Actant.Journaling;

namespace Actant.Prices;

/// <summary>What a model call cost.</summary>
/// <param name="Usd">All of it, in USD.</param>
/// <param name="Breakdown">By kind of token, and by which price; <c>null</c> where that is not known, or nothing was owed.</param>
public readonly record struct ModelCost(decimal Usd, CostBreakdown? Breakdown = null);
