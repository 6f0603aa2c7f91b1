using System.Net.WebSockets;
using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.Hosting;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Streams an execution over a WebSocket, and takes commands on it. Can be joined late and resumed; ends with the execution.</summary>
internal sealed class ExecutionSocket(EngineHost host, ActantOperations operations, AccessGuard access, TimeProvider time)
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    public async Task ServeAsync(HttpContext context)
    {
        var caller = AccessGuard.CallerOf(context);
        var command = Replies.Take(EventsCommand.Read(RouteValues.Of(context, "id"), EventPlace.Of(context)), context);
        using var feed = Replies.Take(await operations.Executions.FollowAsync(caller, command, context.RequestAborted), context);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new ProblemException(ProblemCodes.UpgradeRequired, "This address speaks WebSocket; over plain HTTP the same stream is at …/events.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopped);
        using var conversation = new SocketConversation(socket, operations.Executions, feed, caller, token => access.RenewAsync(context, token), time);
        var listening = conversation.ListenAsync(ended.Token);
        var watching = access.WatchAsync(context, ended.Token);
        var (status, reason) = (WebSocketCloseStatus.NormalClosure, "The execution has ended.");
        try
        {
            var sending = conversation.SendEventsAsync(ended.Token);
            var first = await Task.WhenAny(sending, listening, watching);
            if (first == watching)
            {
                (status, reason) = (WebSocketCloseStatus.PolicyViolation, $"{(await watching)?.Message}");
                await ended.CancelAsync();
                await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (first == sending)
            {
                await sending;
                using var late = new CancellationTokenSource(s_farewell);
                await conversation.AnsweredAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                (status, reason) = await listening;
                await ended.CancelAsync();
                await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            (status, reason) = (WebSocketCloseStatus.EndpointUnavailable, "The server stops; come back with the last id that you saw.");
        }
        catch (WebSocketException)
        {
            // The reader has gone without a word.
        }
        catch (TimeoutException)
        {
            // It takes nothing: neither would it take a farewell.
            socket.Abort();
        }
        catch (KeyNotFoundException)
        {
            reason = "The thread was deleted.";
        }

        await CloseAsync(socket, status, reason);

        // The other side's farewell: whoever hangs up without it may lose what was just sent.
        await ((Task)listening).WaitAsync(s_farewell).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.CancelAsync();
        await ((Task)listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            using var late = new CancellationTokenSource(s_farewell);
            await socket.CloseOutputAsync(status, reason, late.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // It was gone already.
        }
    }
}
