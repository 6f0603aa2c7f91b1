using Actant.Definitions;

namespace Actant.Hosting;

/// <summary>A catalogue that the application added.</summary>
internal sealed record CatalogueSource(Func<IServiceProvider, IAgentCatalogue> Create);
