using System.Net;
using Actant.Access;
using Actant.Api;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>Finds out who asks, of what the request says of it, and lets nobody in who may not do what they ask.</summary>
internal sealed class AccessGuard(Authentication authentication)
{
    private const string Bearer = "Bearer ";
    private const string TenantHeader = "X-Tenant-Id";

    public RequestDelegate Around(RequestDelegate endpoint, Role least) => async context =>
    {
        var identified = await authentication.IdentifyAsync(CredentialsOf(context), context.RequestAborted);
        if ((identified.Refusal ?? identified.Value!.RefusalFor(least)) is { } refusal)
        {
            throw new ProblemException(refusal);
        }

        context.Features.Set(identified.Value);
        await endpoint(context);
    };

    /// <summary>Who asks, behind the guard.</summary>
    public static Caller CallerOf(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint is not behind the access guard.");

    private static Credentials CredentialsOf(HttpContext context)
    {
        var key = KeyOf(context.Request);
        return new Credentials
        {
            Key = key,
            IsLocal = key is null && IsLocal(context),
            Tenants = context.Request.Headers[TenantHeader],
            TenantField = TenantHeader,
        };
    }

    private static string? KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-API-Key"].ToString() is { Length: > 0 } key ? key
            : null;
    }

    /// <summary>
    /// Whether somebody on this machine asks this machine: not through a proxy, and not a page of a browser that was led here
    /// under a foreign name.
    /// </summary>
    private static bool IsLocal(HttpContext context)
    {
        var headers = context.Request.Headers;
        return (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote))
            && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Forwarded")
            && IsLocalName(context.Request.Host.Host)
            && (headers.Origin.Count == 0 || (Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin) && IsLocalName(origin.Host)));
    }

    private static bool IsLocalName(string host) =>
        host is "localhost" or "" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
