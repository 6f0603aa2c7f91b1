using Actant.Loops;
using Actant.Scheduling;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Executions;

/// <summary>One tenant's part of an engine, which the pieces of its clients share.</summary>
internal sealed record TenantScope(LoopServices Services, Scheduler Scheduler, ITenantStore Store)
{
    public TenantId Tenant => Store.Tenant;

    /// <summary>What it stores.</summary>
    public StorageAccount Storage => Services.Storage.Of(Tenant);

    public TierLimits Tier => Services.Options.TierOf(Tenant);

    /// <summary>When an execution that may take so long must have ended; never later than the tier allows.</summary>
    public DateTimeOffset DeadlineOf(TimeSpan? timeout)
    {
        var asked = timeout ?? Services.Options.ExecutionTimeout;
        return Services.Time.GetUtcNow() + (Tier.MaxDuration is { } longest && longest < asked ? longest : asked);
    }
}
