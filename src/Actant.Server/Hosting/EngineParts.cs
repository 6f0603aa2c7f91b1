using Actant.Anthropic;
using Actant.Api;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Peers;
using Actant.Prices;
using Actant.Server.Settings;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>Puts an engine together from what this program brings along.</summary>
internal static class EngineParts
{
    public static ActantEngine Create(IActantStore store, EngineOptions options, ModelSettings models, OutboundParts outbound, ILoggerFactory? logs, IPeerLink? peers = null)
    {
        var time = TimeProvider.System;
        return new ActantEngine(
            store,
            outbound.CreateTools(),
            Models(models, outbound, time),
            options,
            prices: new ModelPriceTable([.. ModelPriceTable.BuiltIn, .. models.Prices], logs),
            time: time,
            ids: IdGenerator.System,
            logs: logs,
            peers: peers,
            outbox: new OutboxParts(outbound.CreateSenders(), new ExecutionDocument()));
    }

    // Connections last as long as the process.
    private static ModelProviders Models(ModelSettings settings, OutboundParts outbound, TimeProvider time)
    {
        var standsInFor = settings.StandsInFor;
        return new ModelProviders(
        [
            new ScriptedModelProvider(time),
            .. settings.Providers.Select(provider => standsInFor.Contains(provider.Endpoint.Name)
                ? new StandInProvider(Vendor(provider), ScriptedModelProvider.StandInFor(provider.Endpoint.Name, time))
                : Vendor(provider)),
        ]);

        IModelProvider Vendor(ProviderSettings provider) => provider.Protocol == ModelProtocol.Anthropic
            ? new AnthropicModelProvider(provider.Endpoint, time, outbound.Endpoints, outbound.Secrets)
            : new OpenAIModelProvider(provider.Endpoint, time, outbound.Endpoints, outbound.Secrets);
    }
}
