using Actant.Definitions;
using Actant.Executions;
using Microsoft.Extensions.Hosting;

namespace Actant.Hosting;

/// <summary>
/// Starts the engine before requests come, and stops it while they still may: requests that wait for an execution then get
/// their answer if it ends in time.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="agents">Taken only so that wrong definitions are found before anything starts.</param>
/// <param name="lifetime">Says when the application stops.</param>
public sealed class EngineHost(ActantEngine engine, IAgentCatalogue agents, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _hurry = new();
    private Task? _stopping;

    /// <summary>Cancelled once the engine has stopped: nothing that a request waits for will come any more.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Whether no more work should be sent here.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>The agents of the application.</summary>
    public IAgentCatalogue Agents { get; } = agents;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.StartWhenStoreAnswersAsync(cancellationToken);
        lifetime.ApplicationStopping.Register(() => _stopping = StopEngineAsync());
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping ??= StopEngineAsync();

        // A host that is less patient than the engine: better aborted and handed over than left to those who wait for the session's end.
        await using var hurrying = cancellationToken.Register(_hurry.Cancel);
        await _stopping;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stopped.Dispose();
        _hurry.Dispose();
    }

    private async Task StopEngineAsync()
    {
        try
        {
            await Task.Run(() => engine.StopAsync(_hurry.Token));
        }
        finally
        {
            await _stopped.CancelAsync();
        }
    }
}
