using Actant.Api;
using Actant.DomainActions;
using Actant.Executions;
using Actant.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Queues of other services on Redis, in an application of one's own.</summary>
public static class DomainActionBuilder
{
    /// <summary>Takes actions from the queues of a Redis, and answers them there; see <c>docs/domain-actions.md</c>.</summary>
    /// <param name="actant">The application's engine.</param>
    /// <param name="options">Where from, and how much of which tier.</param>
    /// <exception cref="ArgumentException">The options name no server.</exception>
    public static ActantBuilder AddDomainActions(this ActantBuilder actant, DomainActionOptions options)
    {
        ArgumentNullException.ThrowIfNull(actant);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Client.EndPoints.Count == 0)
        {
            throw new ArgumentException("A configuration of Redis names at least one server, such as `host:6379`.", nameof(options));
        }

        actant.Services.AddSingleton(provider => new DomainActionLink(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        actant.Services.AddSingleton<IReadyCheck>(static provider => provider.GetRequiredService<DomainActionLink>());
        actant.Services.AddSingleton(provider => new ActionReplies(options, provider.GetRequiredService<DomainActionLink>(), LogOf(provider)));
        actant.AddOutboxSender(provider => new CallbackSender(options, provider.GetRequiredService<DomainActionLink>(), provider.GetRequiredService<ActionReplies>()));
        actant.Services.AddSingleton<IHostedService>(provider => ConsumerOf(provider, options));
        return actant;
    }

    private static ActionConsumer ConsumerOf(IServiceProvider provider, DomainActionOptions options)
    {
        var (engine, time, log) = (provider.GetRequiredService<ActantEngine>(), provider.GetRequiredService<TimeProvider>(), LogOf(provider));
        var meter = new ActionMeter(engine.Meter);
        var handling = new ActionHandling(
            options, engine, provider.GetRequiredService<ActantOperations>(), provider.GetRequiredService<RequestRoom>(), provider.GetRequiredService<ActionReplies>(), meter, time, log);
        return new ActionConsumer(
            options, provider.GetRequiredService<DomainActionLink>(), engine, handling, meter, provider.GetRequiredService<IHostApplicationLifetime>(), time, log);
    }

    private static ILogger LogOf(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger("Actant.DomainActions");
}
