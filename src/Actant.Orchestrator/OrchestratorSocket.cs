using System.Buffers;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;

namespace Actant.Orchestrator;

/// <summary>The connection: kept, opened again with growing waits, one message after the other.</summary>
internal sealed partial class OrchestratorSocket : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_stable = TimeSpan.FromSeconds(10);

    private readonly OrchestratorOptions _options;
    private readonly OrchestratorCommands _commands;
    private readonly NotificationBuffer _buffer;
    private readonly Func<Notification, CancellationToken, Task<byte[]>> _write;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public OrchestratorSocket(
        OrchestratorOptions options, OrchestratorCommands commands, NotificationBuffer buffer, Func<Notification, CancellationToken, Task<byte[]>> write, TimeProvider time, ILogger log)
    {
        (_options, _commands, _buffer, _write, _time, _log) = (options, commands, buffer, write, time, log);
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary><c>ok</c> while it is open; else why not, in words that anybody may read.</summary>
    public string State { get; private set; } = "not connected yet";

    // What else stands in it may be a key.
    private string Address => _options.Url.GetLeftPart(UriPartial.Path);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var (backoff, lastReason) = (new Backoff(_options.FirstWait, _options.LongestWait, new Random()), "");
        while (!cancellationToken.IsCancellationRequested)
        {
            var opened = _time.GetTimestamp();
            var (reason, wasOpen) = await ServeAsync(cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            State = reason;
            if (wasOpen && _time.GetElapsedTime(opened) > s_stable)
            {
                backoff.Reset();
            }

            var wait = backoff.Next();

            // At once, and where the reason is another one; after that each doubling says enough.
            if (reason != lastReason || int.IsPow2(backoff.Failures))
            {
                LogAway(_log, Address, reason, backoff.Failures);
                lastReason = reason;
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection, from its opening to its end.</summary>
    private async Task<(string Reason, bool WasOpen)> ServeAsync(CancellationToken cancellationToken)
    {
        // Where somebody sends elsewhere is to be said, and the token does not go there.
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = s_patience;
        socket.Options.CollectHttpResponseDetails = true;
        if (_options.Token is { } token)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var late = new CancellationTokenSource(s_patience, _time);
            using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            await socket.ConnectAsync(_options.Url, invoker, opening.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ((int)socket.HttpStatusCode switch
            {
                401 or 403 => "the token is refused",
                0 when exception is OperationCanceledException => "no answer within 15 s",
                0 => "no connection",
                var status => $"answers {status} instead of opening a WebSocket",
            }, false);
        }

        State = "ok";
        LogConnected(_log, Address);
        var replies = new SemaphoreSlim(1, 1);
        var sending = SendAllAsync(socket, replies, end.Token);
        var receiving = ReceiveAllAsync(socket, replies, end.Token);
        await Task.WhenAny(sending, receiving).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sending, receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        replies.Dispose();

        // 1008 is what servers close with that look at the token after the handshake.
        return (socket.CloseStatus == WebSocketCloseStatus.PolicyViolation ? "the token is refused" : "the connection was lost", true);
    }

    private async Task SendAllAsync(ClientWebSocket socket, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        while (true)
        {
            var item = await _buffer.PeekAsync(cancellationToken).ConfigureAwait(false);
            byte[] message;
            try
            {
                message = await _write(item, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The store does not answer: what is told of the execution must be read there.
                LogNotRead(_log, exception);
                await Task.Delay(_options.FirstWait, _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await SendAsync(socket, turns, message, cancellationToken).ConfigureAwait(false);
            _buffer.Remove(item);
        }
    }

    private static async Task SendAsync(ClientWebSocket socket, SemaphoreSlim turns, byte[] message, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task ReceiveAllAsync(ClientWebSocket socket, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        var (message, isTooLarge) = (new ArrayBufferWriter<byte>(), false);
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(4096), cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            // The rest of one that is too large is read past, so that the next one is heard.
            isTooLarge |= message.WrittenCount + received.Count > OrchestratorCommands.MaxBytes;
            if (!isTooLarge)
            {
                message.Advance(received.Count);
            }

            if (!received.EndOfMessage)
            {
                continue;
            }

            var answers = isTooLarge ? [_commands.TooLarge()] : await _commands.CarryOutAsync(message.WrittenSpan.ToArray(), cancellationToken).ConfigureAwait(false);
            message.Clear();
            isTooLarge = false;
            foreach (var answer in answers)
            {
                await SendAsync(socket, turns, await _write(answer, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(EventId = 6102, Level = LogLevel.Information, Message = "The orchestrator at {Url} is connected")]
    private static partial void LogConnected(ILogger logger, string url);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Warning, Message = "The orchestrator at {Url} is away ({Reason}; {Failures} times in a row); executions go on, and what it is told waits as far as there is room")]
    private static partial void LogAway(ILogger logger, string url, string reason, int failures);

    [LoggerMessage(EventId = 6104, Level = LogLevel.Warning, Message = "What the orchestrator is to be told cannot be read now; it is tried again")]
    private static partial void LogNotRead(ILogger logger, Exception exception);
}
