namespace Actant.Vault;

/// <summary>What a login gave.</summary>
/// <param name="Value">The token.</param>
/// <param name="IsRenewable">Whether it can be renewed.</param>
/// <param name="ChangeAt">When it is to be renewed or replaced; <c>null</c> for one that does not end.</param>
internal sealed record VaultToken(string Value, bool IsRenewable, DateTimeOffset? ChangeAt)
{
    /// <inheritdoc />
    public override string ToString() => "***";
}
