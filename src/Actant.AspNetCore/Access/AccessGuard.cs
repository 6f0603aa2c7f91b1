using System.Collections.Frozen;
using System.Net;
using Actant.Access;
using Actant.Api;
using Actant.AspNetCore.Problems;
using Actant.CloudEvents;
using Actant.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.Access;

/// <summary>Finds out who asks, of what the request says of it, and lets nobody in who may not do what they ask.</summary>
internal sealed partial class AccessGuard(Authentication authentication, TimeProvider time, ILogger<AccessGuard> log)
{
    private const string Bearer = "Bearer ";
    private const string TenantHeader = "X-Tenant-Id";

    /// <summary>How often it is asked whether who reads a stream may still do so.</summary>
    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(5);

    /// <summary>What proxies add, and nobody else sends.</summary>
    private static readonly FrozenSet<string> s_proxies = new[]
    {
        "Forwarded", "Via", "Client-IP", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Remote-IP", "X-Remote-Addr", "True-Client-IP",
        "CDN-Loop", "Fastly-Client-IP", "Fly-Client-IP", "X-Azure-ClientIP", "X-Appengine-User-IP", "X-Amzn-Trace-Id", "X-Amz-Cf-Id", "X-Cloud-Trace-Context",
        "X-Nginx-Proxy", "X-Host", "X-Varnish",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>How the names of further such headers begin.</summary>
    private static readonly string[] s_families = ["X-Forwarded", "X-Original", "X-Envoy", "X-ARR-", "CF-", "Proxy-", "WL-Proxy-"];

    public RequestDelegate Around(RequestDelegate endpoint, Role least) => async context =>
    {
        // Where jobs are taken without a key, one that is sent all the same means nothing: a broker's own token, for instance.
        var identified = context.Features.Get<JobOwners>() is { } owners
            ? Reply<Caller>.Done(owners.CallerOf())
            : await authentication.IdentifyAsync(CredentialsOf(context), context.RequestAborted);
        if ((identified.Refusal ?? identified.Value!.RefusalFor(least)) is { } refusal)
        {
            LogRefused(context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress, refusal.Code, identified.Value?.KeyId);
            throw new ProblemException(refusal);
        }

        context.Features.Set(identified.Value);
        await endpoint(context);
    };

    /// <summary>Who asks, behind the guard.</summary>
    public static Caller CallerOf(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint is not behind the access guard.");

    /// <summary>Whether who asked at the beginning of a long conversation may still look: their key may have been revoked, or have expired.</summary>
    public async ValueTask<Refusal?> RenewAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var identified = await authentication.IdentifyAsync(CredentialsOf(context), cancellationToken);
        return identified.Refusal ?? (identified.Value!.Tenant == CallerOf(context).Tenant ? identified.Value.RefusalFor(CallerOf(context).Role) : new Refusal(
            RefusalCodes.Forbidden, "The key is another one's now."));
    }

    /// <summary>Asks so again and again; ends when they may not.</summary>
    public async Task<Refusal?> WatchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(s_renewal, time, cancellationToken);
            try
            {
                if (await RenewAsync(context, cancellationToken) is { } refusal)
                {
                    return refusal;
                }
            }
            catch (StoreUnavailableException)
            {
                // Nothing is known: as long as the store is away, nobody is told anything new either.
            }
        }
    }

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
    /// Whether who runs this server asks, on its own machine: not through a proxy, not as another user, and not a page of a browser that comes from
    /// elsewhere or was led here under a foreign name.
    /// </summary>
    private static bool IsLocal(HttpContext context)
    {
        var request = context.Request;
        return (context.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote))
            && !IsProxied(request)
            && IsLocalName(request.Host.Host)
            && IsOfThisOrigin(request)
            && ConnectionUser.IsOwn(context) != false;
    }

    /// <summary>Proxies of old speak HTTP/1.0 and say nothing else of themselves.</summary>
    private static bool IsProxied(HttpRequest request)
    {
        if (HttpProtocol.IsHttp10(request.Protocol) || HttpProtocol.IsHttp09(request.Protocol))
        {
            return true;
        }

        foreach (var header in request.Headers)
        {
            if (s_proxies.Contains(header.Key) || Array.Exists(s_families, family => header.Key.StartsWith(family, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    // Other servers of this machine are other origins: what they show may be anybody's. Browsers leave the origin out of much that only reads.
    private static bool IsOfThisOrigin(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.Count == 0 || request.Headers.Origin.ToString().Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));

    private static bool IsLocalName(string host) =>
        host is "localhost" or "" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Method} {Path} from {Address}: {Code}, key {KeyId}")]
    private partial void LogRefused(string method, string path, IPAddress? address, string code, string? keyId);
}
