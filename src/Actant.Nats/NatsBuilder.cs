using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Actant.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actant.Nats;

/// <summary>NATS JetStream in an application of one's own.</summary>
public static class NatsBuilder
{
    /// <summary>Takes jobs from NATS JetStream, sends their results there, and publishes what executions do, where that is asked for; see <c>docs/nats.md</c>.</summary>
    public static ActantBuilder AddNats(this ActantBuilder actant, NatsOptions options)
    {
        ArgumentNullException.ThrowIfNull(actant);
        NatsOptions.Check(options);
        actant.AddCloudEvents();
        actant.Services.AddSingleton(provider => new NatsLink(options, provider.GetRequiredService<ILoggerFactory>()));
        actant.Services.AddSingleton<IReadyCheck>(static provider => provider.GetRequiredService<NatsLink>());
        actant.AddOutboxSender(provider => new NatsResultSender(options, provider.GetRequiredService<NatsLink>(), provider.GetRequiredService<ResultEvents>()));
        actant.Services.AddSingleton<IHostedService>(provider => new JobConsumer(
            options,
            provider.GetRequiredService<NatsLink>(),
            provider.GetRequiredService<ActantEngine>(),
            new JobIntake(provider.GetRequiredService<ActantOperations>(), provider.GetServices<JobSink>()),
            provider.GetRequiredService<RequestRoom>(),
            new DeadLetters(options, provider.GetRequiredService<NatsLink>(), provider.GetRequiredService<ResultEvents>(), provider.GetRequiredService<TimeProvider>()),
            new RefusedSinks(
                provider.GetServices<JobSink>(),
                provider.GetRequiredService<ResultEvents>(),
                provider.GetRequiredService<ActantEngine>().Options.Deliveries.MaxAge,
                options.NakDelay,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>().CreateLogger("Actant.Nats")),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return options.EventSubject is { } subject ? actant.AddThreadObserver(provider => new EventPublisher(
            subject,
            options.EventBufferBytes,
            provider.GetRequiredService<NatsLink>(),
            () => provider.GetRequiredService<ActantEngine>().Meter,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>())) : actant;
    }
}
