using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Acceptance;

/// <summary>Takes callbacks, and answers as the test wants.</summary>
internal sealed class CallbackReceiver : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;

    private CallbackReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public string Address => _app.Urls.First();

    /// <summary>Everything that came, in the order in which it came.</summary>
    public ConcurrentQueue<Callback> Heard { get; } = new();

    /// <summary>Answers: with a status, once it knows.</summary>
    public Func<Callback, Task<int>> Answer { get; set; } = static _ => Task.FromResult(StatusCodes.Status200OK);

    public static async Task<CallbackReceiver> StartAsync()
    {
        var receiver = new CallbackReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until what came is enough.</summary>
    public async Task HearAsync(Func<IReadOnlyCollection<Callback>, bool> isEnough)
    {
        using var late = new CancellationTokenSource(s_patience);
        while (!isEnough(Heard))
        {
            await Task.Delay(20, late.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var callback = new Callback(context.Request.Headers["webhook-id"]!, body, context.Request.Path);
        var status = await Answer(callback);
        Heard.Enqueue(callback with { Status = status });
        context.Response.StatusCode = status;
    }

    internal sealed record Callback(string Id, string Body, string Path)
    {
        public int Status { get; init; }

        public string Execution => JsonElement.Parse(Body).GetProperty("execution_id").GetString()!;

        public string Thread => JsonElement.Parse(Body).GetProperty("thread_id").GetString()!;
    }
}
