using Actant.Journaling;

namespace Actant.Prices;

/// <summary>What tokens cost.</summary>
public interface IModelPrices
{
    /// <summary>
    /// The price of a call in USD. 0 also for a model whose price nobody knows: sums are then too low, which is for the
    /// implementation to tell people.
    /// </summary>
    /// <param name="provider">Who answered: the provider, or the name of a stand-in.</param>
    /// <param name="model">The model as the provider names it, often with a date.</param>
    /// <param name="usage">What was counted.</param>
    decimal PriceOf(string provider, string model, Usage usage);

    /// <summary>The same by kind of token, and by which price. Without an implementation of its own, only the sum.</summary>
    /// <param name="provider">Who answered: the provider, or the name of a stand-in.</param>
    /// <param name="model">The model as the provider names it, often with a date.</param>
    /// <param name="usage">What was counted.</param>
    ModelCost CostOf(string provider, string model, Usage usage) => new(PriceOf(provider, model, usage));

    /// <summary>The same of a call that asked for a model under another name, which counts where the price of the one that answered is unknown.</summary>
    /// <param name="provider">Who answered: the provider, or the name of a stand-in.</param>
    /// <param name="model">The model as the provider names it, often with a date.</param>
    /// <param name="asked">The model that was asked for.</param>
    /// <param name="usage">What was counted.</param>
    ModelCost CostOf(string provider, string model, string asked, Usage usage) =>
        CostOf(provider, model, usage) is { Usd: not 0 } known ? known : CostOf(provider, asked, usage);
}
