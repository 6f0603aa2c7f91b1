using Actant.AspNetCore.Answers;
using Actant.Executions;
using Actant.Hosting;
using Actant.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Actant.AspNetCore.Health;

/// <summary>Tells whether the process lives, and whether work may be sent to it.</summary>
internal sealed class HealthEndpoints(ActantEngine engine, EngineHost host, TimeProvider time, IEnumerable<IReadyCheck> others, IOptions<ReadyOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

#pragma warning disable CA1822 // Beside the others in the table of contents.
    public Task GetHealthAsync(HttpContext context) =>
        Answer.WriteAsync(context, StatusCodes.Status200OK, new HealthView("healthy"), HealthJson.Wire.HealthView);
#pragma warning restore CA1822

    /// <summary>Ready means that the store really answers, with all that is needed beside it, and that this process may hold threads.</summary>
    public async Task GetReadyAsync(HttpContext context)
    {
        var store = await StoreAsync(context.RequestAborted);
        var work = host.IsStopping ? "the server is stopping" : engine.IsRunning ? "ok" : "the session with the store has ended";
        var asked = await Task.WhenAll(others.Select(async other => (other.Name, other.IsBroker, State: await AskAsync(other, context.RequestAborted))));
        var isReady = store == "ok" && work == "ok" && asked.All(other => other.State == "ok" || (other.IsBroker && !options.Value.RequireBrokers));
        var checks = new Dictionary<string, string>(StringComparer.Ordinal) { ["store"] = store, ["engine"] = work };
        foreach (var (name, _, state) in asked)
        {
            checks[name] = state;
        }

        var view = new HealthView(!isReady ? "not_ready" : asked.All(static other => other.State == "ok") ? "ready" : "degraded", checks);
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

    private async Task<string> AskAsync(IReadyCheck other, CancellationToken aborted)
    {
        try
        {
            return await other.CheckAsync(aborted).AsTask().WaitAsync(Patience, time, aborted);
        }
        catch (TimeoutException)
        {
            return "no answer within 2 s";
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"fails ({exception.GetType().Name})";
        }
    }
}
