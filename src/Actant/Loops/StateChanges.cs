using System.Text.Json;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Changes of the state that somebody asks for from outside.</summary>
internal sealed class StateChanges(LeasedThread thread, LoopJournal journal, PendingCommit pending, ExecutionStart start)
{
    /// <summary>Somebody changes the state. What does not fit changes nothing, and is on record all the same.</summary>
    public async ValueTask ChangeAsync(InboxSignal signal)
    {
        pending.Consume(signal);
        if (StateChange.IsSaid(signal.Body))
        {
            return;
        }

        if (StateChange.Read(signal.Body) is not { } change)
        {
            journal.Write(Damaged());
            return;
        }

        if (thread.Program is null && journal.Execution is { Definition.Length: > 0 } open)
        {
            await start.LoadProgramAsync(new BlobHash(open.Definition), open.Node);
        }

        var failure = FaultOf(change.Operations);
        journal.Write(new StateUpdated { Operations = failure is null ? change.Operations : [], Failure = failure, Principal = change.Principal });
    }

    /// <summary>Somebody sets values of the state, all of them.</summary>
    public void Update(InboxSignal signal)
    {
        pending.Consume(signal);
        try
        {
            journal.Write(new StateUpdated { Operations = Operations(signal.Body, journal.State.Root) });
        }
        catch (Exception exception) when (SignalBody.IsDamage(exception))
        {
            journal.Write(Damaged());
        }
    }

    private static StateUpdated Damaged() => new() { Operations = [], Failure = SignalBody.Failure("A change of the state") };

    private static List<StateOperation> Operations(ReadOnlyMemory<byte> body, ScopeState scope)
    {
        using var document = JsonDocument.Parse(body, JsonLimits.Decoding);
        return [.. document.RootElement.EnumerateObject().Select(member => new StateOperation
        {
            Op = StateOperationKind.Set,
            Key = member.Name,
            Value = member.NameEquals("messages"u8) ? MessageIds.Clean(member.Value.Clone(), scope, replaces: true) : member.Value.Clone(),
        })];
    }

    /// <summary>Tries the operations on a copy of what they touch.</summary>
    private Failure? FaultOf(IReadOnlyList<StateOperation> operations)
    {
        if (journal.Execution is not null && operations.Any(static operation => operation is { Key: "messages", Op: not StateOperationKind.Append }))
        {
            return new Failure { Code = "thread_busy", Message = "While an execution is open, messages can only be added. Let it end first, or cancel it." };
        }

        var entry = new Entry { Id = Guid.Empty, Position = journal.State.Position + 1, At = thread.Now, Payload = new StateUpdated { Operations = operations } };
        var trial = journal.State.Root.CopyOf([.. operations.Select(static operation => operation.Key)]);
        foreach (var (index, operation) in operations.Index())
        {
            if (trial.WhyNot(operation) is { } why)
            {
                return new Failure { Code = "invalid_state_value", Message = $"$.operations[{index}].{why.Field}: {why.Message}" };
            }

            trial.Apply(operation, entry);
        }

        var most = ExecutionLimits.StateBytes(thread.Limits, thread.Tier);
        if (trial.Bytes > most)
        {
            return new Failure { Code = "state_too_large", Message = $"The state would hold more than {ExecutionLimits.WhichStateBytes(thread.Limits, thread.Tier)} ({most}) bytes." };
        }

        return journal.Execution is not null && thread.Program?.Root.Reducers is { } reducers && MisfitOf(trial, reducers) is { } misfit
            ? new Failure { Code = "invalid_state_value", Message = misfit }
            : null;
    }

    private static string? MisfitOf(ScopeState scope, Reducers reducers) => scope.Values
        .Concat(scope.Lists.Select(static list => KeyValuePair.Create(list.Key, JsonValues.ToArray(list.Value))))
        .Select(value => reducers.FaultOf(value.Key, value.Value))
        .FirstOrDefault(static misfit => misfit is not null);
}
