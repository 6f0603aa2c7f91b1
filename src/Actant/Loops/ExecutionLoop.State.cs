using System.Text.Json;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

internal sealed partial class ExecutionLoop
{
    private static readonly int s_mostStateBytes = new LimitsDefinition().MaxStateBytes;

    /// <summary>Somebody changes the state. What does not fit changes nothing, and is on record all the same.</summary>
    private async ValueTask ChangeStateAsync(InboxSignal signal)
    {
        Consume(signal);
        if (StateChange.Read(signal.Body) is not { } change)
        {
            Write(Damaged());
            return;
        }

        if (_program is null && _state.Execution is { Definition.Length: > 0 } open)
        {
            await LoadProgramAsync(new BlobHash(open.Definition));
        }

        var failure = FaultOf(change.Operations);
        Write(new StateUpdated { Operations = failure is null ? change.Operations : [], Failure = failure, Principal = change.Principal });
    }

    /// <summary>Somebody sets values of the state, all of them.</summary>
    private void UpdateState(InboxSignal signal)
    {
        Consume(signal);
        try
        {
            Write(new StateUpdated { Operations = Operations(signal.Body, _state.Root) });
        }
        catch (Exception exception) when (SignalBody.IsDamage(exception))
        {
            Write(Damaged());
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
        if (_state.Execution is not null && operations.Any(static operation => operation is { Key: "messages", Op: not StateOperationKind.Append }))
        {
            return new Failure { Code = "thread_busy", Message = "While an execution is open, messages can only be added. Let it end first, or cancel it." };
        }

        var entry = new Entry { Id = Guid.Empty, Position = _state.Position + 1, At = Now, Payload = new StateUpdated { Operations = operations } };
        var trial = _state.Root.CopyOf([.. operations.Select(static operation => operation.Key)]);
        foreach (var (index, operation) in operations.Index())
        {
            if (trial.WhyNot(operation) is { } why)
            {
                return new Failure { Code = "invalid_state_value", Message = $"$.operations[{index}].{why.Field}: {why.Message}" };
            }

            trial.Apply(operation, entry);
        }

        var most = _program?.Definition.Limits.MaxStateBytes ?? s_mostStateBytes;
        if (trial.Bytes > most)
        {
            return new Failure { Code = "state_too_large", Message = $"The state would hold more than `limits.max_state_bytes` ({most}) bytes." };
        }

        return _state.Execution is not null && _program?.Root.Reducers is { } reducers && MisfitOf(trial, reducers) is { } misfit
            ? new Failure { Code = "invalid_state_value", Message = misfit }
            : null;
    }

    private static string? MisfitOf(ScopeState scope, Reducers reducers) => scope.Values
        .Concat(scope.Lists.Select(static list => KeyValuePair.Create(list.Key, JsonValues.ToArray(list.Value))))
        .Select(value => reducers.FaultOf(value.Key, value.Value))
        .FirstOrDefault(static misfit => misfit is not null);
}
