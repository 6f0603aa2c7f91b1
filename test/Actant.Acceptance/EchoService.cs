using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Acceptance;

/// <summary>A service with bad manners: it answers with everything that it was sent, keys included. The path <c>/fail</c> answers 500.</summary>
internal sealed class EchoService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StringBuilder _heard = new();

    private EchoService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Address => _app.Urls.First();

    /// <summary>All that was sent, as it came.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
            {
                return _heard.ToString();
            }
        }
    }

    public static async Task<EchoService> StartAsync()
    {
        var service = new EchoService();
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = string.Join('\n', context.Request.Headers.Select(static header => $"{header.Key}: {header.Value}"));
        var said = $"{context.Request.Path}{context.Request.QueryString}\n{headers}\n\n{await reader.ReadToEndAsync()}\n";
        lock (_heard)
        {
            _heard.Append(said);
        }

        context.Response.StatusCode = context.Request.Path == "/fail" ? 500 : 200;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(said);
    }
}
