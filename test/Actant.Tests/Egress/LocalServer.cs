using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Egress;

/// <summary>Kestrel on loopback, with what a hostile or clumsy service would answer. Under <c>api.test</c> for a <see cref="TableResolver"/>.</summary>
public sealed class LocalServer : IAsyncLifetime
{
    private readonly WebApplication _app;
    private int _requests;

    public LocalServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            Interlocked.Increment(ref _requests);
            await next();
        });
        _app.Map("/echo/{**path}", EchoAsync);
        _app.Map("/status/{status:int}", (int status, HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "7";
            return Results.Text("it is so: sesame-open-1", statusCode: status);
        });
        _app.Map("/redirect/{status:int}", (int status, string to, HttpContext context) =>
        {
            context.Response.Headers.Location = to;
            context.Response.StatusCode = status;
        });
        _app.MapGet("/again", (int n) => n > 0 ? Results.Redirect($"/again?n={n - 1}") : Results.Text("done"));
        _app.MapGet("/big", (int bytes) => Results.Bytes(new byte[bytes], "application/octet-stream"));
        _app.MapGet("/bomb", (int bytes, HttpContext context) => BombAsync(bytes, context));
        _app.MapGet("/binary", () => Results.Bytes([1, 2, 3, 255], "image/png"));
        _app.MapGet("/pdf", () => Results.Bytes("%PDF-"u8.ToArray(), "application/pdf"));
        _app.MapGet("/ogg", () => Results.Bytes([1, 2], "audio/ogg"));
        _app.MapGet("/halved", () => Results.Bytes("""{"content":[{"type":"text","text":"\ud800"}],"\udc00":1}"""u8.ToArray(), "application/json"));
        _app.MapGet("/svg", () => Results.Bytes("<svg/>"u8.ToArray(), "image/svg+xml"));
        _app.MapGet("/sound", () => Results.Bytes([1, 2], "audio/mpeg"));
        _app.MapGet("/leak", () => Results.Bytes("\x89PNGsesame-open-1"u8.ToArray(), "image/png"));
        _app.MapGet("/parts", () => Results.Text(
            """
            {"content": [{"type": "text", "text": "see"}, {"type": "file", "file": {"file_url": "https://example.org/a.mp4", "media_type": "video/mp4"}}],
             "broken": [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]}
            """, "application/json"));
        _app.MapGet("/json", () => Results.Text("""{"data": {"items": [{"name": "first"}, {"name": "sec/ond"}], "a~b": 7}}""", "application/json"));
        _app.MapGet("/marked", () => Results.Bytes([.. Encoding.UTF8.Preamble, .. """{"a": 1}"""u8], "application/json"));
        _app.MapGet("/headers", (HttpContext context) => context.Response.Headers["x-long"] = new string('h', 80 * 1024));
        _app.MapGet("/latin", () => Results.Bytes([0x63, 0x61, 0x66, 0xe9], "text/plain; charset=iso-8859-1"));
        _app.MapGet("/cookie", (HttpContext context) =>
        {
            context.Response.Headers.SetCookie = "session=hidden";
        });
        _app.Map("/abort", (HttpContext context) => context.Abort());
        _app.MapGet("/half", async (HttpContext context) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        _app.Map("/hang", async (HttpContext context) =>
        {
            Hanging.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        });
    }

    public int Requests => Volatile.Read(ref _requests);

    public int Port => new Uri(_app.Urls.First()).Port;

    public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Url(string path, string host = "api.test") => $"http://{host}:{Port}{path}";

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = new JsonObject();
        foreach (var (name, values) in context.Request.Headers)
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(new JsonObject
        {
            ["method"] = context.Request.Method,
            ["target"] = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
            ["headers"] = headers,
            ["body"] = body,
        }.ToJsonString(new JsonSerializerOptions()));
    }

    private static async Task BombAsync(int bytes, HttpContext context)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.ContentType = "text/plain";
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.ASCII.GetBytes(new string('a', bytes)));
    }
}
