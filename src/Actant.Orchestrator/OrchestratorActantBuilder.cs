using Actant.Api;
using Actant.Hosting;
using Actant.Orchestrator;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>An orchestrator that is told what the executions of an application do.</summary>
public static class OrchestratorActantBuilder
{
    /// <summary>Tells an orchestrator what executions do, and takes its commands; see <c>docs/orchestrator.md</c>.</summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="options">Where it listens, and what it may ask.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static ActantBuilder AddOrchestrator(this ActantBuilder builder, OrchestratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OrchestratorOptions.Check(options);
        builder.Services.AddSingleton(provider => new OrchestratorNotifier(
            options,
            () => provider.GetRequiredService<ActantOperations>().Executions,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        builder.Services.AddSingleton<IReadyCheck>(static provider => provider.GetRequiredService<OrchestratorNotifier>());
        return builder.AddThreadObserver(static provider => provider.GetRequiredService<OrchestratorNotifier>());
    }
}
