using Actant.Journaling;

namespace Actant.Prices;

/// <summary>Prices where no table is configured: scripted and local models cost nothing.</summary>
internal sealed class FreeModels : IModelPrices
{
    public decimal PriceOf(string provider, string model, Usage usage) => 0;
}
