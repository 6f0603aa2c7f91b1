using Actant.Anthropic;
using Actant.Egress;
using Actant.Hosting;
using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Prices;
using Actant.Secrets;
using Actant.Server.Plugins;
using Actant.Server.Settings;
using Actant.Vault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>What this program brings along, given to an engine as any application gives its own.</summary>
internal static class ServerParts
{
    /// <summary>An engine with the vendors' models, <c>http_request</c>, HTTP tools, Slack, webhooks and MCP servers, and what plug-ins add.</summary>
    /// <param name="services">The services; a store among them is the engine's.</param>
    /// <param name="models">The vendors.</param>
    /// <param name="outbound">What may leave.</param>
    /// <param name="kept">Where keys are kept that come with agents.</param>
    /// <param name="plugins">What else is added, last.</param>
    /// <param name="configure">Changes how the engine behaves.</param>
    /// <exception cref="PluginException">A plug-in fails.</exception>
    public static ActantBuilder AddServerParts(
        this IServiceCollection services,
        ModelSettings models,
        OutboundSettings outbound,
        Func<IServiceProvider, ISecretStore> kept,
        IReadOnlyList<PluginFile> plugins,
        Action<EngineOptions>? configure = null)
    {
        services.AddSingleton(kept);
        services.AddSingleton<ISecretSource>(provider => Sources(outbound, provider.GetRequiredService<ISecretStore>(), provider.GetService<VaultSecrets>()));
        services.AddSingleton<IEgressAudit, EgressLog>();
        services.AddSingleton<VendorConnections>();
        services.AddSingleton<IModelPrices>(provider => new ModelPriceTable([.. ModelPriceTable.BuiltIn, .. models.Prices], provider.GetService<ILoggerFactory>()));
        var actant = services.AddActant(configure).AddHttpTools(outbound.Policy).AddSlackTools().AddWebhooks().AddMcpTools(outbound.Mcp);
        foreach (var provider in models.Providers)
        {
            var standsIn = models.StandsInFor.Contains(provider.Endpoint.Name);
            services.AddSingleton(container => standsIn
                ? new StandInProvider(Vendor(container, provider), ScriptedModelProvider.StandInFor(provider.Endpoint.Name, container.GetRequiredService<TimeProvider>()))
                : Vendor(container, provider));
        }

        foreach (var plugin in plugins)
        {
            plugin.Configure(actant);
        }

        return actant;
    }

    // Vault last: what is here is not asked for far away.
    private static SecretChain Sources(OutboundSettings settings, ISecretStore kept, VaultSecrets? vault) => new(
    [
        new EnvironmentSecrets(),
        .. settings.SecretsFolder is { } folder ? [new FileSecrets(folder)] : Array.Empty<ISecretSource>(),
        kept,
        .. vault is null ? Array.Empty<ISecretSource>() : [vault],
    ]);

    private static IModelProvider Vendor(IServiceProvider container, ProviderSettings provider)
    {
        var (handler, secrets, time) = (container.GetRequiredService<VendorConnections>().Handler, container.GetRequiredService<ISecretSource>(), container.GetRequiredService<TimeProvider>());
        return provider.Protocol == ModelProtocol.Anthropic
            ? new AnthropicModelProvider(provider.Endpoint, time, handler, secrets)
            : new OpenAIModelProvider(provider.Endpoint, time, handler, secrets);
    }
}
