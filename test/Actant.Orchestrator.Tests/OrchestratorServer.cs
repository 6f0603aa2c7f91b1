using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Orchestrator.Tests;

/// <summary>An orchestrator that hears what it is told; it can be killed and come back.</summary>
internal sealed class OrchestratorServer(int port, string? token = null) : IAsyncDisposable
{
    private readonly Channel<JsonElement> _heard = Channel.CreateUnbounded<JsonElement>();
    private WebApplication? _app;
    private volatile WebSocket? _socket;

    public string Address => $"ws://127.0.0.1:{port}/ws/task_updates";

    /// <summary>Tries that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Where it sends whoever comes, as proxies before it do.</summary>
    public string? RedirectsTo { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map("/ws/task_updates", ServeAsync);
        await _app.StartAsync(Token);
    }

    public async Task KillAsync()
    {
        _socket?.Abort();
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    /// <summary>The next message.</summary>
    public async Task<JsonElement> NextAsync() => await _heard.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

    /// <summary>The next message of an event.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.GetProperty("event").GetString() == name)
            {
                return message;
            }
        }
    }

    public Task SendAsync(object message) =>
        _socket!.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, Token);

    public ValueTask DisposeAsync() => new(KillAsync());

    private async Task ServeAsync(HttpContext context)
    {
        if (token is not null && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            Refused++;
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (RedirectsTo is { } elsewhere)
        {
            context.Response.Redirect(elsewhere);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        _socket = socket;
        var (buffer, text) = (new byte[64 * 1024], new StringBuilder());
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                if (received.EndOfMessage)
                {
                    _heard.Writer.TryWrite(JsonElement.Parse(text.ToString()));
                    text.Clear();
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // Killed.
        }
    }
}
