using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Actant.Testing.Executions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actant.Testing.Vendors;

/// <summary>A vendor's HTTP interface on a port of this machine. It gives the replies it was told to, in order.</summary>
public abstract class FakeVendor : IAsyncDisposable
{
    /// <summary>The one key that it takes.</summary>
    public const string Key = "sk-test-0123456789abcdef";

    private readonly ConcurrentQueue<VendorReply> _replies = new();
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    /// <summary>What was asked.</summary>
    public Arrivals<VendorRequest> Requests { get; } = new();

    /// <summary>The requests whose connection was closed before their reply had ended.</summary>
    public Arrivals<VendorRequest> Closed { get; } = new();

    /// <summary>Whether it refuses what the vendor refuses, in place of the reply.</summary>
    public bool IsStrict { get; set; } = true;

    /// <summary>Why it refused requests.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>Answers where no reply was told.</summary>
    public Func<VendorRequest, Task<VendorAnswer>>? Mind { get; set; }

    /// <summary>The address that clients of the vendor are given.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where the address begins: empty, or a path.</summary>
    protected abstract string BasePath { get; }

    /// <summary>The path that models are asked at.</summary>
    protected abstract string Path { get; }

    /// <summary>Starts to listen.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Address = new Uri(address + BasePath);
    }

    /// <summary>What a request says, whoever's words it is in.</summary>
    public abstract VendorConversation Read(JsonElement body);

    /// <summary>Tells it what to say next. Without a reply, and without a <see cref="Mind"/>, it answers 500.</summary>
    public void Reply(VendorReply reply) => _replies.Enqueue(reply);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _stopping.TrySetResult();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The key of a request; <c>null</c> if there is none where this vendor looks.</summary>
    protected abstract string? KeyOf(IHeaderDictionary headers);

    /// <summary>The key in the usual header.</summary>
    protected static string? BearerOf(IHeaderDictionary headers) =>
        headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var key] ? key : null;

    /// <summary>The body of a whole answer.</summary>
    protected abstract string Whole(VendorAnswer answer, string model);

    /// <summary>The events of a streamed answer.</summary>
    protected abstract IReadOnlyList<VendorEvent> Events(VendorAnswer answer, string model);

    /// <summary>The body of an error.</summary>
    protected abstract (int Status, string Body) Error(VendorFault fault);

    /// <summary>The body that refuses a request, as its <see cref="VendorFault.BadRequest"/> is.</summary>
    protected abstract string Refusal(string complaint);

    /// <summary>The rules of one request.</summary>
    private protected abstract RequestRules Rules();

    /// <summary>An error in the middle of a stream.</summary>
    protected abstract VendorEvent StreamError(VendorFault fault);

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        var request = new VendorRequest(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            text.Length > 0 ? JsonElement.Parse(text) : default);
        using var closed = context.RequestAborted.Register(() => Closed.Add(request));
        Requests.Add(request);
        if (request.Method != "POST" || request.Path != BasePath + Path)
        {
            await WriteErrorAsync(context, new VendorReply { Fault = VendorFault.BadRequest, Status = 404 });
            return;
        }

        if (KeyOf(context.Request.Headers) != Key)
        {
            await WriteErrorAsync(context, new VendorReply { Fault = VendorFault.WrongKey });
            return;
        }

        if (IsStrict && Rules().FirstComplaint(request.Body) is { } complaint)
        {
            Refused.Enqueue(complaint);
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Refusal(complaint));
            return;
        }

        await WriteAsync(context, request.Body, await NextAsync(request));
    }

    private async Task<VendorReply> NextAsync(VendorRequest request) =>
        _replies.TryDequeue(out var reply) ? reply
        : Mind is not null ? new VendorReply { Answer = await Mind(request) }
        : new VendorReply { Fault = VendorFault.Broken };

    private async Task WriteAsync(HttpContext context, JsonElement body, VendorReply reply)
    {
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Hangs && reply.After == 0)
        {
            await HangAsync(context);
        }
        else if (reply is { Answer: null, Fault: not null })
        {
            await WriteErrorAsync(context, reply);
        }
        else if (reply.Raw is not null)
        {
            context.Response.StatusCode = reply.Status ?? 200;
            context.Response.ContentType = reply.RawType;
            await context.Response.WriteAsync(reply.Raw);
        }
        else if (body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True)
        {
            await StreamAsync(context, body.GetProperty("model").GetString()!, reply);
        }
        else
        {
            await WriteWholeAsync(context, body.GetProperty("model").GetString()!, reply);
        }
    }

    private async Task WriteWholeAsync(HttpContext context, string model, VendorReply reply)
    {
        context.Response.ContentType = "application/json";
        var whole = Whole(reply.Answer!, model);
        if (reply.Cuts)
        {
            context.Response.ContentLength = Encoding.UTF8.GetByteCount(whole);
            await context.Response.WriteAsync(whole[..(whole.Length / 2)]);
            await context.Response.Body.FlushAsync();
            await CutAsync(context, reply);
            return;
        }

        await context.Response.WriteAsync(whole);
    }

    private async Task StreamAsync(HttpContext context, string model, VendorReply reply)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        var events = Events(reply.Answer!, model);
        foreach (var (index, item) in events.Index())
        {
            if (reply.BreaksAt(index))
            {
                await BreakAsync(context, reply);
                return;
            }

            await context.Response.WriteAsync(reply.TearsCharacters
                ? item.ToString().Replace("%HIGH%", "\\ud83d", StringComparison.Ordinal).Replace("%LOW%", "\\ude00", StringComparison.Ordinal)
                : item.ToString());
        }
    }

    private async Task BreakAsync(HttpContext context, VendorReply reply)
    {
        await context.Response.Body.FlushAsync();
        if (reply.Hangs)
        {
            await HangAsync(context);
        }
        else if (reply.Fault is { } fault)
        {
            await context.Response.WriteAsync(StreamError(fault).ToString());
        }
        else if (reply.Garbage is { } garbage)
        {
            await context.Response.WriteAsync(garbage);
        }
        else if (reply.Cuts)
        {
            await CutAsync(context, reply);
        }
    }

    private async Task CutAsync(HttpContext context, VendorReply reply)
    {
        await Task.WhenAny(reply.CutWhen, _stopping.Task);
        context.Abort();
    }

    private async Task WriteErrorAsync(HttpContext context, VendorReply reply)
    {
        var (status, body) = Error(reply.Fault ?? VendorFault.Broken);
        context.Response.StatusCode = reply.Status ?? status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private async Task HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
        await Task.WhenAny(gone.Task, _stopping.Task);
        context.Abort();
    }
}
