using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Acceptance.Clusters;

/// <summary>An OpenTelemetry collector as far as tests need one: takes OTLP as protobuf over HTTP, and reads the heads of spans out of it.</summary>
internal sealed class FakeCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public string Address => _app.Urls.First();

    /// <summary>All spans that came.</summary>
    public ConcurrentQueue<Span> Spans { get; } = new();

    /// <summary>The kinds of what came.</summary>
    public ConcurrentDictionary<string, int> Paths { get; } = new();

    public static async Task<FakeCollector> StartAsync()
    {
        var collector = new FakeCollector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits until a span of a trace is there.</summary>
    public async Task<Span> HearAsync(string trace, Func<Span, bool> isIt)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if (Spans.FirstOrDefault(span => span.Trace == trace && isIt(span)) is { } found)
            {
                return found;
            }

            await Task.Delay(20, late.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Paths.AddOrUpdate(context.Request.Path, 1, static (_, count) => count + 1);
        if (context.Request.Path == "/v1/traces")
        {
            foreach (var resource in Fields(body.ToArray(), 1))
            {
                foreach (var span in Fields(resource, 2).SelectMany(static scope => Fields(scope, 2)))
                {
                    Spans.Enqueue(new Span(Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Fields(span, 5).First())));
                }
            }
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    /// <summary>The values of a length-delimited field of a protobuf message.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int wanted)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                0 => LengthOfNumber(message, at),
                1 => sizeof(ulong),
                2 => (int)Number(message, ref at),
                5 => sizeof(uint),
                _ => throw new InvalidDataException($"Wire type {key & 7} is none of OTLP's."),
            };
            if ((int)(key >> 3) == wanted && (key & 7) == 2)
            {
                yield return message[at..(at + length)];
            }

            at += length;
        }
    }

    private static int LengthOfNumber(byte[] message, int at)
    {
        var from = at;
        _ = Number(message, ref at);
        return at - from;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A span.</summary>
    internal sealed record Span(string Trace, string Id, string Parent, string Name);
}
