using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Requests;
using Actant.Events;
using Actant.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actant.AspNetCore.Executions;

/// <summary>Streams an execution as Server-Sent Events. Can be joined late and resumed; ends with the execution.</summary>
internal sealed class ExecutionEvents(EngineHost host, ActantOperations operations, AccessGuard access, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public async Task StreamAsync(HttpContext context)
    {
        var command = Replies.Take(EventsCommand.Read(RouteValues.Of(context, "id"), EventPlace.Of(context)), context);
        using var feed = Replies.Take(await operations.Executions.FollowAsync(AccessGuard.CallerOf(context), command, context.RequestAborted), context);
        if (feed.IsOver)
        {
            // A browser's EventSource comes back after the end, and stops only when it is told so.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);

        // Now, not with the first event: until then a reader would not know that it is heard.
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.Stopped);
        var watching = EndWithKeyAsync(context, ended);
        try
        {
            using var writer = new EventWriter(context.Response.BodyWriter, feed.Record.Thread.Thread, feed.Patience, time);
            await CopyAsync(feed.EventsAsync(ended.Token), writer, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader has gone, or the server stops: the reader comes back with the last id that it saw.
        }
        catch (TimeoutException)
        {
            // What waits for a reader that takes nothing is memory of others; it comes back as after any broken connection.
            context.Abort();
        }
        catch (KeyNotFoundException)
        {
            // The thread was deleted meanwhile: there is nothing more to come.
        }
        finally
        {
            await ended.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends the stream when its reader may not look any more: whoever comes back is told why.</summary>
    private async Task EndWithKeyAsync(HttpContext context, CancellationTokenSource ended)
    {
        await access.WatchAsync(context, ended.Token);
        await ended.CancelAsync();
    }

    private async Task CopyAsync(IAsyncEnumerable<StreamEvent> events, EventWriter writer, CancellationToken cancellationToken)
    {
        using var beating = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = events.GetAsyncEnumerator(moving.Token);
        var beat = Task.Delay(Beat, time, beating.Token);
        var next = reader.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                while (!next.IsCompleted && await Task.WhenAny(next, beat) != next)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    beat = Task.Delay(Beat, time, beating.Token);
                    if ((await writer.BeatAsync(cancellationToken)).IsCompleted)
                    {
                        return;
                    }
                }

                if (!await next)
                {
                    return;
                }

                if (!await writer.WriteAsync(reader.Current, cancellationToken))
                {
                    return;
                }

                next = reader.MoveNextAsync().AsTask();

                // What has come meanwhile goes along: one packet, one call of the system.
                if ((!next.IsCompletedSuccessfully || !next.Result || writer.IsFull) && (await writer.FlushAsync(cancellationToken)).IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            await beating.CancelAsync();
            await moving.CancelAsync();

            // An enumerator may only be disposed of when it stands still.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
