using System.Net;
using Actant.Access;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Access;

/// <summary>
/// Says who asks, and whether they may. With keys, every request needs one; without any, callers on the same machine may do
/// everything and others nothing.
/// </summary>
internal sealed class AccessGuard(ApiKeys keys, OwnerKey? owner = null)
{
    private const string Bearer = "Bearer ";
    private const string TenantHeader = "X-Tenant-Id";

    private static readonly string[] s_words = ["viewer", "runner", "editor", "admin"];

    private static readonly Caller s_machine = new(TenantId.Default, Role.Admin, KeyId: null);

    public RequestDelegate Around(RequestDelegate endpoint, Role least) => async context =>
    {
        var caller = await IdentifyAsync(context);
        if (caller.Role < least)
        {
            throw new ProblemException(
                "forbidden", $"The key has the role {Word(caller.Role)}; this needs {Word(least)}. Ask for a key with more rights.");
        }

        context.Features.Set(caller);
        await endpoint(context);
    };

    public static string Word(Role role) => s_words[(int)role];

    private async ValueTask<Caller> IdentifyAsync(HttpContext context)
    {
        if (KeyOf(context.Request) is { } text)
        {
            if (owner?.Is(text) == true)
            {
                return Machine(context) with { UserId = owner.UserId };
            }

            var key = await keys.FindAsync(text, context.RequestAborted) ?? throw Unauthenticated("The key is unknown, was revoked, or has expired.");
            return context.Request.Headers[TenantHeader].All(tenant => tenant == key.Tenant.Value)
                ? new Caller(key.Tenant, key.Role, key.Id)
                : throw new ProblemException("forbidden", $"The key opens one tenant, and {TenantHeader} names another. Leave the header out.");
        }

        if (await keys.ExistAsync(context.RequestAborted))
        {
            throw Unauthenticated("Send a key: Authorization: Bearer actant_…");
        }

        return IsLocal(context)
            ? Machine(context)
            : throw new ProblemException("forbidden", "There are no keys yet, so only this machine itself is let in. Make one: actant token create NAME --role admin");
    }

    /// <summary>Whoever sits at the machine may be anybody.</summary>
    private static Caller Machine(HttpContext context)
    {
        var tenants = context.Request.Headers[TenantHeader];
        return tenants.Count == 0 ? s_machine
            : tenants.Count == 1 && ApiKeys.CanOwn(tenants[0]) ? s_machine with { Tenant = new TenantId(tenants[0]!) }
            : throw new ProblemException(ProblemCodes.InvalidInput, $"{TenantHeader}: one id of 1 to 128 letters, digits, '.', '_', '-' and ':' is expected.");
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

    private static ProblemException Unauthenticated(string message) => new("unauthenticated", message);
}
