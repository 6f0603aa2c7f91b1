using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.Kinds;
using Actant.Metering;
using Actant.Outbox;
using Actant.Peers;
using Actant.Signals;
using Actant.Steps;
using Actant.Storage;
using Actant.Tiers;
using Microsoft.Extensions.Logging;

namespace Actant.Loops;

/// <summary>What every loop of a process shares.</summary>
internal sealed record LoopServices
{
    public required IActantStore Store { get; init; }

    public required ThreadLoader Loader { get; init; }

    public required ThreadCache Cache { get; init; }

    public required StateMemory Memory { get; init; }

    public required StorageRoom Storage { get; init; }

    public ConflictedThreads Conflicted { get; } = new();

    public required ProgramCache Programs { get; init; }

    public required DefinitionKinds Kinds { get; init; }

    public required Capabilities Capabilities { get; init; }

    public required StepRunner Runner { get; init; }

    public required LateReports Late { get; init; }

    public required FilterChains Filters { get; init; }

    public required EventHub Hub { get; init; }

    public required PeerReaders Peers { get; init; }

    public required EndWaiters Waiters { get; init; }

    public required OutboxPump Outbox { get; init; }

    public required EngineOptions Options { get; init; }

    /// <summary>The store's clock, and this process's timers.</summary>
    public required StoreClock Time { get; init; }

    public required IdGenerator Ids { get; init; }

    public required Random Random { get; init; }

    public required EngineMeter Meter { get; init; }

    public required ILogger Log { get; init; }
}
