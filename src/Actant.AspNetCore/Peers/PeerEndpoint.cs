using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.AspNetCore.Problems;
using Actant.Executions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actant.AspNetCore.Peers;

/// <summary>Tells other nodes what happens on a thread that is owned here, as lines of JSON.</summary>
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
        var body = context.Response.BodyWriter;
        using var json = new Utf8JsonWriter(body);
        await using var messages = engine.RelayAsync(thread, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        var coming = messages.MoveNextAsync().AsTask();
        var flushed = time.GetTimestamp() - time.TimestampFrequency;
        while (await coming)
        {
            var wait = s_merging - time.GetElapsedTime(flushed);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, context.RequestAborted);
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

            await body.FlushAsync(context.RequestAborted);
            flushed = time.GetTimestamp();
        }
    }
}
