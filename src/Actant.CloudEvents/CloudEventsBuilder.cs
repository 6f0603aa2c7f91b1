using Actant.Egress;
using Actant.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Actant.CloudEvents;

/// <summary>Jobs and results as CloudEvents in an application of one's own.</summary>
public static class CloudEventsBuilder
{
    /// <summary>Delivers the ends of all jobs to a sink, besides what each asks for. Needs the guard of <see cref="ActantBuilder.AddWebhooks"/>.</summary>
    /// <param name="actant">The engine.</param>
    /// <param name="sink">Where to: an address of HTTP, which may be a private one.</param>
    public static ActantBuilder AddCloudEventSink(this ActantBuilder actant, Uri sink)
    {
        ArgumentNullException.ThrowIfNull(actant);
        ArgumentNullException.ThrowIfNull(sink);
        actant.AddCloudEvents().Services
            .AddSingleton(provider => new SinkSender(
                sink,
                provider.GetRequiredService<ResultEvents>(),
                new HttpMessageInvoker(provider.GetRequiredService<EgressGuard>().CreateEndpointHandler()),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(static provider => new JobSink(SinkSender.Target) { SendRefused = provider.GetRequiredService<SinkSender>().SendAsync });
        return actant.AddOutboxSender(static provider => provider.GetRequiredService<SinkSender>());
    }

    /// <summary>Says where results come from: the <c>source</c> of their events, <see cref="ResultEvents.DefaultSource"/> if absent. The first that says so counts.</summary>
    public static ActantBuilder AddCloudEvents(this ActantBuilder actant, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(actant);
        actant.Services.TryAddSingleton(provider => new ResultEvents(
            new Uri(source ?? ResultEvents.DefaultSource, UriKind.RelativeOrAbsolute), provider.GetRequiredService<IOptions<EngineOptions>>().Value.Deliveries.PublicUrl));
        return actant;
    }
}
