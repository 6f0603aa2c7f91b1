using System.Security.Cryptography;
using System.Text;
using Actant.Definitions;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.OpenApi;

/// <summary>
/// The description of this API, kept by hand in <c>openapi.json</c> beside this file but for the schema of definitions, which comes of
/// their reader, that schema by itself, and a page to try it. None holds data, so all are open; what the page sends passes the same
/// guards as any request.
/// </summary>
internal sealed class OpenApiEndpoints
{
    private readonly Lazy<byte[]> _document = new(static () => DefinitionComponents.AddTo(Read("openapi.json")));
    private readonly byte[] _page = Read("docs.html");
    private readonly string _policy;

    public OpenApiEndpoints()
    {
        var page = Encoding.UTF8.GetString(_page);
        _policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + $"script-src {HashOf(page, "script")}; style-src {HashOf(page, "style")}";
    }

    public Task GetDocumentAsync(HttpContext context) => WriteAsync(context, _document.Value, "application/json");

    public static Task GetDefinitionSchemaAsync(HttpContext context) => WriteAsync(context, DefinitionSchema.Utf8, "application/schema+json");

    /// <summary>Nothing but what is in the page itself may run or be loaded, and it may talk to this server only.</summary>
    public Task GetPageAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = _policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return WriteAsync(context, _page, "text/html; charset=utf-8");
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static string HashOf(string page, string tag)
    {
        var from = page.IndexOf($"<{tag}>", StringComparison.Ordinal) + tag.Length + 2;
        var content = page[from..page.IndexOf($"</{tag}>", StringComparison.Ordinal)];
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
