using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Benchmarks.Vendors;

/// <summary><c>vendor</c>: a vendor of models that talks OpenAI's chat completions, in a process of its own. Ends with its input.</summary>
internal static class VendorHost
{
    private const int Backlog = 4096;

    public static async Task<int> RunAsync()
    {
        var calls = new VendorCalls();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.WebHost.UseSockets(sockets => sockets.Backlog = Backlog);
        await using var app = builder.Build();
        app.MapPost("/v1/chat/completions", context => AnswerAsync(context, calls));
        app.MapGet("/open", context => context.Response.WriteAsync(calls.Open.ToString(CultureInfo.InvariantCulture)));
        app.MapGet("/calls/{text}/opened", context => TellAsync(context, CallOf(context, calls).Opened.Task));
        app.MapGet("/calls/{text}/again", context => TellAsync(context, CallOf(context, calls).Again.Task));
        app.MapGet("/calls/{text}/closed", context => TellAsync(context, CallOf(context, calls).Closed.Task));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());

        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static VendorCalls.Call CallOf(HttpContext context, VendorCalls calls) => calls.Of((string)context.Request.RouteValues["text"]!);

    private static async Task TellAsync(HttpContext context, Task<long> when)
    {
        var ticks = await when.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync(ticks.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task AnswerAsync(HttpContext context, VendorCalls calls)
    {
        var (model, text) = await ReadAsync(context);
        var pace = VendorPace.Parse(model);
        var call = calls.Begin(text);
        using var closed = context.RequestAborted.Register(() => call.Closed.TrySetResult(Stopwatch.GetTimestamp()));
        try
        {
            await SayAsync(context, pace, model);
        }
        catch (OperationCanceledException)
        {
            // Who asked has gone.
        }
        finally
        {
            calls.End();
        }
    }

    private static async Task<(string Model, string Text)> ReadAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var messages = body.RootElement.GetProperty("messages");
        return (body.RootElement.GetProperty("model").GetString()!, messages[messages.GetArrayLength() - 1].GetProperty("content").ToString());
    }

    private static async Task SayAsync(HttpContext context, VendorPace pace, string model)
    {
        var gone = context.RequestAborted;
        var started = Stopwatch.GetTimestamp();

        // Answers that begin together would all speak at the same instants, as those of many users never do.
        var first = pace.Delay + (pace.Gap * Random.Shared.NextDouble() * (pace.Tokens > 2 ? 1 : 0));
        await UntilAsync(started, first, gone);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        var answer = new VendorAnswer(context.Response.BodyWriter, model);
        await answer.StartAsync(gone);
        for (var said = 0; said < pace.Tokens; said++)
        {
            await UntilAsync(started, first + (pace.Gap * said), gone);
            await answer.SayAsync(gone);
        }

        await answer.EndAsync(gone);
    }

    private static Task UntilAsync(long started, TimeSpan due, CancellationToken cancellationToken)
    {
        var left = due - Stopwatch.GetElapsedTime(started);
        return left > TimeSpan.Zero ? Task.Delay(left, cancellationToken) : Task.CompletedTask;
    }
}
