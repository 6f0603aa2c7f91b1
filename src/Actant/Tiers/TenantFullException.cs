namespace Actant.Tiers;

/// <summary>An execution may not store what it has decided: as much is stored of its tenant as may be.</summary>
internal sealed class TenantFullException(Failure failure) : Exception(failure.Message)
{
    /// <summary>How the execution fails.</summary>
    public Failure Failure => failure;
}
