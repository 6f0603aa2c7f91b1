using Actant.AspNetCore.Answers;
using Actant.Executions;
using Actant.Hosting;
using Actant.Storage;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Health;

/// <summary>Tells whether the process lives, and whether work may be sent to it.</summary>
internal sealed class HealthEndpoints(ActantEngine engine, EngineHost host, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

#pragma warning disable CA1822 // Beside the others in the table of contents.
    public Task GetHealthAsync(HttpContext context) =>
        Answer.WriteAsync(context, StatusCodes.Status200OK, new HealthView("healthy"), HealthJson.Wire.HealthView);
#pragma warning restore CA1822

    /// <summary>Ready means that the store really answers and that this process may hold threads.</summary>
    public async Task GetReadyAsync(HttpContext context)
    {
        var store = await StoreAsync(context.RequestAborted);
        var work = host.IsStopping ? "the server is stopping" : engine.IsRunning ? "ok" : "the session with the store has ended";
        var isReady = store == "ok" && work == "ok";
        var view = new HealthView(isReady ? "ready" : "not_ready", new Dictionary<string, string> { ["store"] = store, ["engine"] = work });
        context.Response.Headers.CacheControl = "no-store";
        var status = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Answer.WriteAsync(context, status, view, HealthJson.Wire.HealthView);
    }

    private async Task<string> StoreAsync(CancellationToken aborted)
    {
        try
        {
            await engine.Store.PingAsync(aborted).AsTask().WaitAsync(Patience, time, aborted);
            return "ok";
        }
        catch (TimeoutException)
        {
            return "no answer within 2 s";
        }
        catch (StoreUnavailableException exception) when (exception.Remedy is not null)
        {
            return exception.Remedy;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The message may hold an address or a path, which is for the log only.
            return $"fails ({exception.GetType().Name})";
        }
    }
}
