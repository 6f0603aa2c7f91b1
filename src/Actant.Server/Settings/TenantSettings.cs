using Actant.Storage;
using Actant.Tiers;

namespace Actant.Server.Settings;

/// <summary>What was said of one tenant: its share of the work, and what its executions may use.</summary>
internal sealed record TenantSettings(TenantShare Share, TierLimits Limits)
{
    public static TenantSettings Default { get; } = new(TenantShare.Default, TierLimits.None);
}
