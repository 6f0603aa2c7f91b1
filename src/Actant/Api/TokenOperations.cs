using Actant.Access;

namespace Actant.Api;

/// <summary>What can be asked of keys.</summary>
/// <param name="keys">The keys.</param>
public sealed class TokenOperations(ApiKeys keys)
{
    /// <summary>Makes a key.</summary>
    public async Task<Reply<TokenView>> CreateAsync(Caller caller, CreateTokenCommand command, CancellationToken cancellationToken)
    {
        if (Operations.CreateToken.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var tenant = command.Tenant ?? caller.Tenant;
        return caller.MayMakeKeysOf(tenant)
            ? (await keys.CreateAsync(tenant, command.Name, command.Role, command.Lifetime, cancellationToken))
                .Map(static made => TokenView.Of(made.Key) with { Token = made.Text })
            : Reply<TokenView>.Refused(RefusalCodes.Forbidden, $"Only admins of the tenant '{TenantId.Default}' make keys for other tenants.");
    }

    /// <summary>Keys, without their texts.</summary>
    public async Task<Reply<TokenListView>> ListAsync(Caller caller, PageCommand command, CancellationToken cancellationToken) =>
        Operations.ListTokens.Forbids(caller) ?? await command.ShowAsync(
            (cursor, limit) => keys.ListAsync(caller.Tenant, cursor, limit, cancellationToken),
            static page => new TokenListView([.. page.Items.Select(TokenView.Of)], page.Cursor));

    /// <summary>Makes a key useless.</summary>
    public async Task<Reply<EmptyView>> RevokeAsync(Caller caller, TokenCommand command, CancellationToken cancellationToken) =>
        Operations.RevokeToken.Forbids(caller)
        ?? (await keys.RevokeAsync(caller.Tenant, command.Token, cancellationToken)
            ? Reply<EmptyView>.Done(EmptyView.Done)
            : Reply<EmptyView>.Refused("token_not_found", "There is no such key."));
}
