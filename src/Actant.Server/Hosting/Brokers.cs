using Actant.Hosting;
using Actant.Server.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.Server.Hosting;

/// <summary>Who else is told what executions do, where the settings name them.</summary>
internal static class Brokers
{
    public static ActantBuilder AddBrokers(this ActantBuilder actant, ServerSettings settings)
    {
        actant.Services.Configure<ReadyOptions>(ready => ready.RequireBrokers = settings.RequireBrokers);
        if (settings.Redis is { } redis)
        {
            actant.AddRedisStreams(redis);
            if (settings.DomainActions is { } actions)
            {
                actant.AddDomainActions(actions with { PasswordSource = redis.PasswordSource });
            }
        }

        if (settings.Orchestrator is { } orchestrator)
        {
            actant.AddOrchestrator(orchestrator);
        }

        return actant;
    }
}
