using System.Text.Json;
using Actant.Access;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Tests.Journaling;

/// <summary>Words and numbers that stand in somebody's store. They are none of the names of the code: those may change.</summary>
[Trait("Row", "X6")]
public sealed class StoredNamesTests
{
    private static readonly string[] s_kinds =
    [
        "attempt_failed", "child_ended", "child_started", "erased", "execution_cancelled", "execution_completed", "execution_failed",
        "execution_started", "execution_timed_out", "forked", "input_received", "interrupted", "model_answered", "node_finished", "node_started",
        "resumed", "rewound", "state_updated", "taken", "tool_finished", "tool_started",
    ];

    [Fact]
    public void Kinds_OfEntries_AreTheseAndEachIsReadAsWhatWroteIt()
    {
        Assert.Subset(EntrySamples.All.Select(payload => payload.Kind).ToHashSet(StringComparer.Ordinal), s_kinds.ToHashSet(StringComparer.Ordinal));
        foreach (var payload in EntrySamples.All)
        {
            var encoded = EntryCodec.Encode(EntrySamples.Of(payload)).Entry;
            var decoded = EntryCodec.Decode(new StoredEntry(1, encoded.Id, encoded.Execution, 1, encoded.Body)).Payload;
            Assert.Equal((payload.GetType(), payload.Kind), (decoded.GetType(), decoded.Kind));
        }
    }

    [Fact]
    public void Words_OfStoredEnums_AreThese()
    {
        Assert.Equal(
            ["pending", "running", "interrupted", "completed", "failed", "cancelled", "timed_out"],
            Words(Enum.GetValues<ExecutionStatus>().Take(7), JsonSerializerOptions.Default));
        Assert.Equal(["pure", "idempotent", "unsafe", "durable"], Words(Enum.GetValues<ToolClass>(), JsonSerializerOptions.Default));
        Assert.Equal(["set", "append", "replace", "remove"], Words(Enum.GetValues<StateOperationKind>().Take(4), JsonSerializerOptions.Default));
        Assert.Equal(["enqueue", "reject", "interrupt", "rollback"], Words(Enum.GetValues<BusyStrategy>(), JsonSerializerOptions.Default));
        Assert.Equal(["Viewer", "Runner", "Editor", "Admin"], Words(Enum.GetValues<Role>(), AccessJson.Default.Options));
    }

    [Fact]
    public void Numbers_OfStoredEnums_AreThese()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Enum.GetValues<ExecutionStatus>().Take(7).Select(value => (int)value));
        Assert.Equal(
            [(SignalKind.Input, 1), (SignalKind.Decision, 2), (SignalKind.Cancel, 3), (SignalKind.Stop, 4), (SignalKind.StateUpdate, 5), (SignalKind.Callback, 6), (SignalKind.ChildEnded, 7)],
            Enum.GetValues<SignalKind>().Take(7).Select(value => (value, (int)value)));
        Assert.Equal([(LeaseChange.Keep, 0), (LeaseChange.Release, 1), (LeaseChange.Sleep, 2)], Enum.GetValues<LeaseChange>().Select(value => (value, (int)value)));
        Assert.Equal(
            [(OutboxSettlementKind.Delivered, 0), (OutboxSettlementKind.Retry, 1), (OutboxSettlementKind.Dead, 2), (OutboxSettlementKind.Returned, 3)],
            Enum.GetValues<OutboxSettlementKind>().Select(value => (value, (int)value)));
    }

    [Fact]
    public void Reasons_OfInterrupts_AreThese() => Assert.Equal(
        ("human", "tool_approval", "tool_outcome_unknown", "stopped"),
        (InterruptReasons.Human, InterruptReasons.ToolApproval, InterruptReasons.ToolOutcomeUnknown, InterruptReasons.Stopped));

    private static IEnumerable<string?> Words<T>(IEnumerable<T> values, JsonSerializerOptions options) =>
        values.Select(value => JsonSerializer.SerializeToElement(value, options.GetTypeInfo(typeof(T))).GetString());
}
