using Actant;
using Actant.Executions;
using Actant.Hosting;
using Actant.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What the executions of an application do, live on Redis.</summary>
public static class RedisActantBuilder
{
    /// <summary>Publishes what executions do on the Redis channels of their threads; see <c>docs/redis.md</c>. A Redis that is slow or away slows nothing.</summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="options">Where to, and how much may wait in memory.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static ActantBuilder AddRedisStreams(this ActantBuilder builder, RedisStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        RedisStreamOptions.Check(options);
        builder.Services.AddSingleton(provider => new RedisStreams(
            options,
            () => provider.GetRequiredService<ActantEngine>().Meter,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        builder.Services.Configure<EngineOptions>(static engine => engine.Deliveries.Always = [.. engine.Deliveries.Always, RedisStreams.Target]);
        builder.Services.AddSingleton<IReadyCheck>(static provider => provider.GetRequiredService<RedisStreams>());
        return builder.AddThreadObserver(static provider => provider.GetRequiredService<RedisStreams>())
            .AddOutboxSender(static provider => provider.GetRequiredService<RedisStreams>());
    }
}
