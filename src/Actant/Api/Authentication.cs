using Actant.Access;

namespace Actant.Api;

/// <summary>
/// Says who asks, and for which tenant: the one place that does. With keys, everybody needs one, and it opens its own tenant; without any, whoever
/// is on the same machine may do everything, for any tenant, and others nothing.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="owner">The key of the process itself.</param>
public sealed class Authentication(ApiKeys keys, OwnerKey? owner = null)
{
    /// <summary>Who it is.</summary>
    public async ValueTask<Reply<Caller>> IdentifyAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        if (credentials.Key is { } text)
        {
            return owner?.Is(text) == true ? AtMachine(credentials, owner.UserId)
                : await keys.FindAsync(text, cancellationToken) is { } key ? Bearer(key, credentials)
                : Reply<Caller>.Refused("unauthenticated", "The key is unknown, was revoked, or has expired.");
        }

        return await keys.ExistAsync(cancellationToken) ? Reply<Caller>.Refused("unauthenticated", "Send a key: Authorization: Bearer actant_…")
            : credentials.IsLocal ? AtMachine(credentials, user: null)
            : Reply<Caller>.Refused(
                "forbidden", "There are no keys yet, so only who runs this server is let in, straight from its own machine. Make one: actant token create NAME --role admin");
    }

    private static Reply<Caller> Bearer(ApiKey key, Credentials credentials) => credentials.Tenants.All(tenant => tenant == key.Tenant.Value)
        ? Reply<Caller>.Done(new Caller(key.Tenant, key.Role, key.Id))
        : Reply<Caller>.Refused("forbidden", $"The key opens one tenant, and {credentials.TenantField} names another. Leave the header out.");

    /// <summary>Whoever sits at the machine may be anybody.</summary>
    private static Reply<Caller> AtMachine(Credentials credentials, string? user)
    {
        var caller = user is null ? Caller.Machine : Caller.Machine with { UserId = user };
        return credentials.Tenants.Count == 0 ? Reply<Caller>.Done(caller)
            : credentials.Tenants.Count == 1 && ApiKeys.CanOwn(credentials.Tenants[0]) ? Reply<Caller>.Done(caller with { Tenant = new TenantId(credentials.Tenants[0]!) })
            : Reply<Caller>.Refused(
                RefusalCodes.InvalidInput, $"{credentials.TenantField}: one id of 1 to 128 letters, digits, '.', '_', '-' and ':' is expected.");
    }
}
