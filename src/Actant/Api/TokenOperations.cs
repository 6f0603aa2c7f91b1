using Actant.Access;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actant.Api;

/// <summary>What can be asked of keys.</summary>
/// <param name="keys">The keys.</param>
/// <param name="logs">Told who makes and revokes keys.</param>
public sealed partial class TokenOperations(ApiKeys keys, ILoggerFactory? logs = null)
{
    private readonly ILogger _log = (logs ?? NullLoggerFactory.Instance).CreateLogger<TokenOperations>();

    /// <summary>Makes a key.</summary>
    public async Task<Reply<TokenView>> CreateAsync(Caller caller, CreateTokenCommand command, CancellationToken cancellationToken)
    {
        if (Operations.CreateToken.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var tenant = command.Tenant ?? caller.Tenant;
        if (!caller.MayMakeKeysOf(tenant))
        {
            return Reply<TokenView>.Refused(RefusalCodes.Forbidden, $"Only admins of the tenant '{TenantId.Default}' make keys for other tenants.");
        }

        var made = await keys.CreateAsync(tenant, command.Name, command.Role, command.Lifetime, cancellationToken);
        if (made.IsDone)
        {
            LogMade(_log, made.Value.Key.Id, command.Role, tenant.Value, made.Value.Key.ExpiresAt, caller.KeyId, caller.UserId);
        }

        return made.Map(static made => TokenView.Of(made.Key) with { Token = made.Text });
    }

    /// <summary>Keys, without their texts; those of all tenants for admins of <c>default</c>, who may make and revoke them.</summary>
    public async Task<Reply<TokenListView>> ListAsync(Caller caller, PageCommand command, CancellationToken cancellationToken) =>
        Operations.ListTokens.Forbids(caller) ?? await command.ShowAsync(
            (cursor, limit) => keys.ListAsync(ScopeOf(caller), cursor, limit, cancellationToken),
            static page => new TokenListView([.. page.Items.Select(TokenView.Of)], page.Cursor));

    /// <summary>Makes a key useless.</summary>
    public async Task<Reply<EmptyView>> RevokeAsync(Caller caller, TokenCommand command, CancellationToken cancellationToken)
    {
        if (Operations.RevokeToken.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var reply = await keys.RevokeAsync(ScopeOf(caller), command.Token, cancellationToken);
        if (reply.Value is { } revoked)
        {
            LogRevoked(_log, revoked.Id, revoked.Tenant.Value, caller.KeyId, caller.UserId);
        }

        return reply.Map(static _ => EmptyView.Done);
    }

    /// <summary>Makes a key in the place of another one, which goes on for a while.</summary>
    public async Task<Reply<TokenView>> RotateAsync(Caller caller, RotateTokenCommand command, CancellationToken cancellationToken)
    {
        if (Operations.RotateToken.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var reply = await keys.RotateAsync(ScopeOf(caller), command.Token, command.Overlap, cancellationToken);
        if (reply.Value is { } rotated)
        {
            LogRotated(_log, rotated.Made.Key.Id, rotated.Before.Id, rotated.Before.Tenant.Value, rotated.Before.ExpiresAt, caller.KeyId, caller.UserId);
        }

        return reply.Map(static rotated => TokenView.Of(rotated.Made.Key) with
        {
            Token = rotated.Made.Text,
            Replaces = rotated.Before.Id,
            ReplacedExpiresAt = rotated.Before.ExpiresAt,
        });
    }

    private static TenantId? ScopeOf(Caller caller) => caller.IsOfAllTenants ? null : caller.Tenant;

    [LoggerMessage(Level = LogLevel.Information, Message = "Key {KeyId} made: {Role} of tenant {Tenant}, until {Expires}, by key {By} {User}")]
    private static partial void LogMade(ILogger log, string keyId, Role role, string tenant, DateTimeOffset? expires, string? by, string? user);

    [LoggerMessage(Level = LogLevel.Information, Message = "Key {KeyId} of tenant {Tenant} revoked by key {By} {User}")]
    private static partial void LogRevoked(ILogger log, string keyId, string tenant, string? by, string? user);

    [LoggerMessage(Level = LogLevel.Information, Message = "Key {KeyId} made in the place of key {Before} of tenant {Tenant}, which ends {Expires}, by key {By} {User}")]
    private static partial void LogRotated(ILogger log, string keyId, string before, string tenant, DateTimeOffset? expires, string? by, string? user);
}
