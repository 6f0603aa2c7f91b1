using System.Text.Json;
using Actant.Definitions;
using Actant.Storage;
using Actant.Tracing;

namespace Actant.Executions;

/// <summary>An execution to accept.</summary>
public sealed record SubmitRequest
{
    /// <summary>
    /// What runs: an agent, or a definition of another kind that the engine knows; validated. The execution runs this very definition, whatever
    /// becomes of its name.
    /// </summary>
    public required Definition Definition { get; init; }

    /// <summary>
    /// The hash of the definition, where the request brings one of its own instead of naming an agent: then the idempotency key stands for
    /// it too. An agent that is named may change, and the same request is still the same.
    /// </summary>
    public BlobHash? Brought { get; init; }

    /// <summary>A text for the agent, or an object with <c>messages</c> and values for the state.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The thread; a new one if absent. Up to 255 characters.</summary>
    public string? Thread { get; init; }

    /// <summary>On whose behalf it runs; without it, everything that the agent has may be used.</summary>
    public SecurityContext? Security { get; init; }

    /// <summary>A second request with this key is answered as the first; with another body it is a conflict. Up to 255 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>0 to 9; 9 first among the tenant's. The agent's, else its tier's, else 4 if absent.</summary>
    public int? Priority { get; init; }

    /// <summary>How long it may take from now; the definition's or the engine's time-out if absent.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether it may begin by itself; otherwise it waits for <see cref="ExecutionClient.StartAsync"/>.</summary>
    public bool Start { get; init; } = true;

    /// <summary>Words of the caller's own that it can be found by; at most <see cref="ExecutionTags.MaxLabels"/>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(0);

    /// <summary>Whom the data is about, by a key of the caller's own: what is erased together. Up to 255 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>The batch it belongs to. Up to 255 characters.</summary>
    public string? Batch { get; init; }

    /// <summary>The execution that caused it; its root becomes this one's.</summary>
    public ExecutionId? Parent { get; init; }

    /// <summary>The trace it belongs to, as W3C's <c>traceparent</c> says it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What vendors of tracing say beside it: at most 512 characters of W3C's <c>tracestate</c>. Not looked at without <see cref="TraceParent"/>.</summary>
    public string? TraceState { get; init; }

    /// <summary>What is to be known wherever the trace goes: at most 8,192 characters of W3C's <c>baggage</c>. Not looked at without <see cref="TraceParent"/>.</summary>
    public string? Baggage { get; init; }

    /// <summary>The request with the trace of whoever asks, where it names none itself and somebody records one.</summary>
    internal SubmitRequest InTrace() => TraceParent is null && StoredTrace.Current is { } trace
        ? this with { TraceParent = trace.TraceParent, TraceState = trace.TraceState, Baggage = trace.Baggage }
        : this;

    /// <summary>From when on it need not be kept. Stored; nothing is removed by it yet.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Where its end is delivered, at most <see cref="DeliveryTarget.MaxTargets"/>: in place of what the agent's definition says, also if it is
    /// empty. See <c>docs/deliveries.md</c>.
    /// </summary>
    public IReadOnlyList<DeliveryTarget>? DeliverTo { get; init; }

    /// <summary>The short form of one more of these.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>
    /// Where else its end is delivered, whatever the request and the definition say: targets of the operator's, which are no part of what was asked, so
    /// that the same request is still the same when they have changed.
    /// </summary>
    public IReadOnlyList<DeliveryTarget> Sinks { get; init; } = [];

    /// <summary>What to do when the thread is busy. <c>null</c> waits, but is refused on a thread that waits for a person.</summary>
    public BusyStrategy? WhenBusy { get; init; }
}
