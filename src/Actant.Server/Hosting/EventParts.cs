using Actant.CloudEvents;
using Actant.Hosting;
using Actant.Nats;
using Actant.Server.Settings;

namespace Actant.Server.Hosting;

/// <summary>What brings jobs and takes results away as events, as the settings say.</summary>
internal static class EventParts
{
    public static ActantBuilder AddEvents(this ActantBuilder actant, EventSettings settings)
    {
        actant.AddCloudEvents(settings.Source);
        if (settings.Sink is { } sink)
        {
            actant.AddCloudEventSink(sink);
        }

        return settings.Nats is { } nats ? actant.AddNats(nats) : actant;
    }
}
