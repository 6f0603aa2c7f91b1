using Actant.Loops;
using Actant.Tiers;

namespace Actant;

/// <summary>How the engine of one process behaves.</summary>
public sealed class EngineOptions
{
    /// <summary>A name for this process, for people. The machine's name by default.</summary>
    public string Node { get; set => field = OptionRange.CheckText(value, 255); } = Environment.MachineName;

    /// <summary>Where other nodes that share the store reach this one; <c>null</c> if they cannot.</summary>
    public string? Address { get; set => field = value is null ? null : OptionRange.CheckText(value, 255); }

    /// <summary>
    /// How many executions run here at once; more wait in the store, where they cost nothing. Each may wait on a model for long, so
    /// thousands are fine where memory allows (some 16 KB each). 10 by default. While all are in use, a quarter more, at least one, may run: one of
    /// each tenant that runs nothing here.
    /// </summary>
    public int MaxConcurrentExecutions { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 10;

    /// <summary>What the executions of tenants may use at most. None by default; tenants that are not in it have no such limits.</summary>
    public IReadOnlyDictionary<TenantId, TierLimits> Tiers { get; set; } = new Dictionary<TenantId, TierLimits>();

    /// <summary>How many model and tool calls one execution may have under way; further ones wait for their slot. 32 by default.</summary>
    public int MaxParallelSteps { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 32;

    /// <summary>
    /// How long this process may be silent before others take its threads over. Shorter means a faster take-over and more
    /// heartbeats (one every 30 % of it). 9 s by default, so that the work of a process that was killed goes on elsewhere within 10 s.
    /// </summary>
    public TimeSpan SessionLength { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)); } = TimeSpan.FromSeconds(9);

    /// <summary>How long an execution may take, where neither its definition nor its submission says. 1 h by default.</summary>
    public TimeSpan ExecutionTimeout { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(3650)); } = TimeSpan.FromHours(1);

    /// <summary>How long one model call may take, where the definition does not say. 120 s by default.</summary>
    public TimeSpan ModelTimeout { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(120);

    /// <summary>
    /// How long the filters of a value may take that comes in (an input, an answer, each value of a change of the state) or that an execution gives in the end. Those
    /// of a reason of a cancel have a tenth of it. 60 s by default.
    /// </summary>
    public TimeSpan FilterTimeout { get; set => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(60);

    /// <summary>Waits for another attempt that are longer than this are stored and may leave memory. 5 s by default.</summary>
    public TimeSpan LongestWaitInMemory { get; set => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(5);

    /// <summary>How long a commit is tried while the store does not answer; then the thread is left to whoever takes it next. 30 s by default.</summary>
    public TimeSpan StorePatience { get; set => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls in flight may take to stop when their execution ends or is cancelled. 1 s by default.</summary>
    public TimeSpan AbortGrace { get; set => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a graceful stop waits for running steps; then they are aborted and run again elsewhere, or somebody is asked. 35 s by
    /// default: a little longer than a call of a tool may take that says nothing else.
    /// </summary>
    public TimeSpan ShutdownPatience { get; set => field = OptionRange.Check(value, TimeSpan.Zero, OptionRange.LongestWait); } = TimeSpan.FromSeconds(35);

    /// <summary>Bytes of an input as JSON. 1 MiB by default.</summary>
    public int MaxInputBytes { get; set => field = OptionRange.Check(value, 1, Storage.StorageLimits.MaxBodyBytes); } = 1024 * 1024;

    /// <summary>Bytes of folded threads that are kept in memory between executions. 64 MiB by default; 0 keeps none.</summary>
    public long ThreadCacheBytes { get; set => field = OptionRange.Check(value, 0, long.MaxValue); } = 64 * 1024 * 1024;

    /// <summary>
    /// Whether spans of model and tool calls hold what was said, asked and answered, up to 16 KiB of each; <c>false</c> by default, because whoever reads
    /// traces may not be who may read conversations. What filters have taken out is not in it.
    /// </summary>
    public bool TraceContent { get; set; }

    /// <summary>
    /// Bytes, as JSON, of the states of all executions that run in this process together; those of one tenant may have half of it. What would grow beyond
    /// fails with <c>state_memory_full</c>. 512 MiB by default; the process takes two to three times as much.
    /// </summary>
    public long StateMemoryBytes { get; set => field = OptionRange.Check(value, 1024 * 1024, long.MaxValue); } = 512L * 1024 * 1024;

    /// <summary>
    /// Bytes of compiled definitions that are kept in memory, and as many of definitions as they were read from the store, by what was allocated to
    /// make them. 256 MiB by default; 0 keeps none. As of threads, the tenant that holds most makes room.
    /// </summary>
    public long DefinitionCacheBytes { get; set => field = OptionRange.Check(value, 0, long.MaxValue); } = 256 * 1024 * 1024;

    /// <summary>
    /// Small threads with fewer entries are not kept: they are read and folded about as fast as it is asked whether a kept one is still the same,
    /// and most are used once, so that the garbage collector would copy for a while what it finds dead otherwise. 32 by default.
    /// </summary>
    public int ThreadCacheMinEntries { get; set => field = OptionRange.Check(value, 0, int.MaxValue); } = 32;

    /// <summary>
    /// A snapshot is written when so many entries follow the last one, and a quarter of those before it: on a long thread they
    /// become rarer. 200 by default.
    /// </summary>
    public int SnapshotEntries { get; set => field = OptionRange.Check(value, 1, int.MaxValue); } = 200;

    /// <summary>Events that a reader may fall behind before it is moved back to the stored entries. 1,024 by default.</summary>
    public int ReaderBuffer { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 1024;

    /// <summary>
    /// An execution under which so many processes in a row died, and that nothing else as suspicious ran beside, fails with
    /// <c>execution_poisoned</c>; see <see cref="Storage.Quarantine"/>. 5 by default.
    /// </summary>
    public int MaxCrashes { get; set => field = OptionRange.Check(value, 1, 1_000_000); } = 5;

    /// <summary>How results are delivered.</summary>
    public Outbox.DeliveryOptions Deliveries { get; } = new();

    /// <summary>Finds options that contradict each other.</summary>
    /// <exception cref="ArgumentException">Two do.</exception>
    internal void CheckOrder()
    {
        OptionRange.CheckOrder(Deliveries.FirstWait, Deliveries.LongestWait);
        OptionRange.CheckOrder(Deliveries.FirstBreak, Deliveries.LongestBreak);
    }

    /// <summary>How long it waits between two renewals of its session.</summary>
    internal TimeSpan HeartbeatInterval => SessionLength * 0.3;

    /// <summary>Looks on while executions run; for tests.</summary>
    internal LoopWatch? Watch { get; set; }

    internal TierLimits TierOf(TenantId tenant) => Tiers.GetValueOrDefault(tenant, TierLimits.None);
}
