using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// The service that the agents of a cluster call, and the oracle of what was really called: it knows nothing of Actant's tables.
/// A call of <c>/poison</c> kills the node that makes it.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<string, Task> _poison;
    private int _poisoned;
    private int _held;
    private volatile TaskCompletionSource? _gate;

    private Ledger(Func<string, Task> poison)
    {
        _poison = poison;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/work", WorkAsync);
        _app.MapPost("/poison", PoisonAsync);
    }

    /// <summary>A call that was made.</summary>
    public sealed record Call(string Key, int Step, string Node, DateTimeOffset Began)
    {
        public bool HasEnded { get; set; }
    }

    public string Address => _app.Urls.First();

    public ConcurrentQueue<Call> Calls { get; } = [];

    /// <summary>How often a poisoned call began.</summary>
    public int Poisoned => Volatile.Read(ref _poisoned);

    /// <summary>Calls that are kept waiting.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>From now on calls begin and get no answer.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers those that wait, and all that come.</summary>
    public void Release()
    {
        var gate = _gate!;
        _gate = null;
        gate.SetResult();
    }

    /// <param name="poison">Kills the node of a name.</param>
    public static async Task<Ledger> StartAsync(Func<string, Task> poison)
    {
        var ledger = new Ledger(poison);
        await ledger._app.StartAsync();
        return ledger;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task WorkAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var call = new Call(context.Request.Headers["Idempotency-Key"].ToString(), body.GetProperty("step").GetInt32(), context.Request.Headers["X-Node"].ToString(), DateTimeOffset.UtcNow);
        Calls.Enqueue(call);
        if (_gate is { } gate)
        {
            Interlocked.Increment(ref _held);
            await gate.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _held);
        }

        call.HasEnded = true;
        await context.Response.WriteAsJsonAsync(new { stamped = call.Step });
    }

    private async Task PoisonAsync(HttpContext context)
    {
        Interlocked.Increment(ref _poisoned);
        await _poison(context.Request.Headers["X-Node"].ToString());
        context.Abort();
    }
}
