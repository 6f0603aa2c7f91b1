namespace Actant.Vault;

/// <summary>
/// Credentials that Vault makes for this process alone. Each reading makes new ones, so they are kept and renewed for as long as Vault lets them be, and
/// replaced before they end. They end with the token that they were made with, too.
/// </summary>
internal sealed class LeasedSecret(string path, VaultClient client, TimeProvider time)
{
    private VaultLease? _lease;
    private string? _token;
    private TimeSpan _made;

    public string Path => path;

    public IReadOnlyDictionary<string, string?>? Fields => _lease?.Fields;

    public DateTimeOffset? ChangeAt => _lease?.ChangeAt;

    /// <summary>Sees to it that there are some which are good for a while.</summary>
    /// <returns>Whether they are others than before.</returns>
    /// <exception cref="VaultException">There are none, and those from before go on for as long as they do.</exception>
    public async Task<bool> RefreshAsync(VaultToken token, CancellationToken cancellationToken)
    {
        var held = _token == token.Value ? _lease : null;
        if (held?.Id is not null && !(held.ChangeAt <= time.GetUtcNow()))
        {
            return false;
        }

        if (held is { Id: not null, IsRenewable: true } && await RenewAsync(token, held, cancellationToken).ConfigureAwait(false) is { } renewed)
        {
            _lease = renewed;
            return false;
        }

        var before = _lease;
        var made = await client.MakeAsync(token, path, cancellationToken).ConfigureAwait(false);
        (_lease, _token, _made) = (made, token.Value, made.Length);
        return before is not null && !(before.Fields.Count == made.Fields.Count && before.Fields.All(field => made.Fields.GetValueOrDefault(field.Key) == field.Value));
    }

    /// <summary>One whose longest life is near comes back with less than it had: then new ones are made while there is time.</summary>
    private async Task<VaultLease?> RenewAsync(VaultToken token, VaultLease held, CancellationToken cancellationToken)
    {
        try
        {
            var renewed = await client.RenewAsync(token, held, cancellationToken).ConfigureAwait(false);
            return renewed.Length >= _made / 2 ? renewed : null;
        }
        catch (VaultException exception) when (exception.Status is 400 or 403 or 404)
        {
            // It ended, was revoked, or cannot be renewed after all.
            return null;
        }
    }
}
