namespace Actant.Vault;

/// <summary>Credentials that an engine of Vault made, and for how long they are good.</summary>
/// <param name="Fields">What was made.</param>
/// <param name="Id">What it is renewed by; <c>null</c> for what is only read, and is no lease.</param>
/// <param name="IsRenewable">Whether it can be renewed.</param>
/// <param name="Length">How long it was good when it was made or renewed.</param>
/// <param name="ChangeAt">When it is to be renewed or replaced; <c>null</c> for what does not end.</param>
internal sealed record VaultLease(IReadOnlyDictionary<string, string?> Fields, string? Id, bool IsRenewable, TimeSpan Length, DateTimeOffset? ChangeAt)
{
    /// <inheritdoc />
    public override string ToString() => "***";
}
