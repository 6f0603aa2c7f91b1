namespace Actant.Storage;

/// <summary>A tenant as <see cref="FairTurns"/> knows it.</summary>
public class FairTenant
{
    /// <summary>Its share.</summary>
    public TenantShare Share { get; set; } = TenantShare.Default;

    /// <summary>What it has had so far, in virtual time.</summary>
    internal long Time { get; set; }
}
