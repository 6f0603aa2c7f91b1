using Actant.Definitions;
using Actant.Events;
using Actant.Nodes;
using Actant.Storage;
using Actant.Tiers;
using Actant.Tracing;

namespace Actant.Loops;

/// <summary>The thread that a loop holds, and what all its pieces go by.</summary>
/// <param name="services">What all loops share.</param>
/// <param name="lease">The lease.</param>
/// <param name="leaseLost">Cancelled when the lease is lost: stop everything, write nothing more.</param>
internal sealed class LeasedThread(LoopServices services, TakenThread lease, CancellationToken leaseLost)
{
    private static readonly LimitsDefinition s_none = new();

    /// <summary>What all loops share.</summary>
    public LoopServices Services { get; } = services;

    /// <summary>The lease.</summary>
    public TakenThread Lease { get; } = lease;

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken LeaseLost { get; } = leaseLost;

    /// <summary>The thread.</summary>
    public ThreadKey Key => Lease.Thread;

    /// <summary>The execution that is open or next, as it was when the thread was taken.</summary>
    public ExecutionRecord? Record => Lease.Current;

    /// <summary>The time of the store.</summary>
    public DateTimeOffset Now => Services.Time.GetUtcNow();

    /// <summary>What the tenant's executions may use at most.</summary>
    public TierLimits Tier => Services.Options.TierOf(Key.Tenant);

    /// <summary>What the tenant stores.</summary>
    public StorageAccount Storage { get; } = services.Storage.Of(lease.Thread.Tenant);

    /// <summary>What the open execution may use at most by its definition; where there is none, what one says that says nothing.</summary>
    public LimitsDefinition Limits => Program?.Definition.Limits ?? s_none;

    /// <summary>Those who read along; there while the loop runs.</summary>
    public LiveThread Live { get; set; } = null!;

    /// <summary>What is told of the open execution to whoever records traces; <c>null</c> where nobody does.</summary>
    public ExecutionSpan? Span { get; set; }

    /// <summary>What the open execution runs, once it is loaded.</summary>
    public DefinitionProgram? Program { get; set; }
}
