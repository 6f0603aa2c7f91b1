using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.AspNetCore.Problems;
using Actant.Executions;
using Actant.Peers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actant.AspNetCore.Peers;

/// <summary>Sends other nodes what happens on a thread that is owned here, as lines of JSON.</summary>
internal sealed class PeerEndpoint(ActantEngine engine, PeerOptions options, TimeProvider time)
{
    public const string Pattern = "/internal/v1/threads/{tenant}/{thread}/events";

    /// <summary>What comes within this time leaves together.</summary>
    private static readonly TimeSpan s_merging = TimeSpan.FromMilliseconds(20);

    public static string PathOf(ThreadKey thread) => $"/internal/v1/threads/{Uri.EscapeDataString(thread.Tenant.Value)}/{Uri.EscapeDataString(thread.Thread)}/events";

    public async Task RelayAsync(HttpContext context)
    {
        var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes($"Bearer {options.Key}")))
        {
            throw new ProblemException("unauthenticated", "This is for the other nodes of the cluster: they send the cluster's key.");
        }

        var thread = new ThreadKey(new TenantId((string)context.Request.RouteValues["tenant"]!), (string)context.Request.RouteValues["thread"]!);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "application/x-ndjson";
        try
        {
            await CopyAsync(engine.RelayAsync(thread, context.RequestAborted), context.Response.BodyWriter, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The other node has no reader any more, or is gone.
        }
    }

    private async Task CopyAsync(IAsyncEnumerable<PeerMessage> relayed, PipeWriter body, CancellationToken cancellationToken)
    {
        using var moving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var json = new Utf8JsonWriter(body);
        await using var messages = relayed.GetAsyncEnumerator(moving.Token);
        var coming = messages.MoveNextAsync().AsTask();
        try
        {
            var flushed = time.GetTimestamp() - time.TimestampFrequency;
            while (await coming)
            {
                var wait = s_merging - time.GetElapsedTime(flushed);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, cancellationToken);
                }

                do
                {
                    JsonSerializer.Serialize(json, PeerLine.Of(messages.Current), PeerJson.Default.PeerLine);
                    json.Reset();
                    "\n"u8.CopyTo(body.GetSpan(1));
                    body.Advance(1);
                    coming = messages.MoveNextAsync().AsTask();
                }
                while (coming.IsCompletedSuccessfully && await coming);

                if ((await body.FlushAsync(cancellationToken)).IsCompleted)
                {
                    return;
                }

                flushed = time.GetTimestamp();
            }
        }
        finally
        {
            // An enumerator may only be disposed of when it stands still.
            await moving.CancelAsync();
            await ((Task)coming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
