namespace Actant;

/// <summary>Names one thread. There is no way to name a thread without its tenant.</summary>
/// <param name="Tenant">The owner.</param>
/// <param name="Thread">The caller's id or a UUIDv7; unique inside the tenant.</param>
public readonly record struct ThreadKey(TenantId Tenant, string Thread)
{
    /// <inheritdoc />
    public override string ToString() => $"{Tenant}/{Thread}";
}
