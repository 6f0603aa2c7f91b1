using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Filters;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Changes of the states of threads, also while executions run on them.</summary>
internal sealed class StateUpdates(TenantScope scope, IncomingFilters filters)
{
    public async Task<Reply<ThreadRecord>> UpdateAsync(string thread, StateUpdateRequest request, Principal? principal, CancellationToken cancellationToken)
    {
        if (Check(request) is { Count: > 0 } errors)
        {
            return Reply<ThreadRecord>.Refused(new Refusal("invalid_input", "The request has faults.", errors));
        }

        var given = request;
        try
        {
            request = await filters.PassAsync(thread, given, principal, cancellationToken);
        }
        catch (FilterRefusedException refused)
        {
            return Reply<ThreadRecord>.Refused(IncomingFilters.RefusalOf(refused));
        }

        if (!ReferenceEquals(request, given) && Check(request) is { Count: > 0 } misfits)
        {
            return Reply<ThreadRecord>.Refused(IncomingFilters.RefusalOf("a change of the state", misfits));
        }

        if (await scope.Storage.RefuseAsync(request.Operations.Sum(static operation => (long)JsonValues.BytesOf(operation.Value)), isOfRunning: false, cancellationToken) is { } full)
        {
            return Reply<ThreadRecord>.Refused(full);
        }

        var result = NameRules.IsName(thread) ? await StoreAsync(thread, given, request, principal, cancellationToken) : new SignalResult(SignalOutcome.NotFound);
        if (result.Outcome == SignalOutcome.KeyConflict)
        {
            return Reply<ThreadRecord>.Refused(
                "idempotency_conflict", $"The idempotency key `{request.IdempotencyKey}` was used with other operations, or by somebody else. Use a new key.");
        }

        if (result.Outcome is SignalOutcome.Stored or SignalOutcome.Replayed)
        {
            await scope.Scheduler.SignalledAsync(new ThreadKey(scope.Tenant, thread), result.HeldBy is not null, ends: false, cancellationToken);
            if (await scope.Store.GetThreadAsync(thread, cancellationToken) is { } record)
            {
                return Reply<ThreadRecord>.Done(record, result.Outcome == SignalOutcome.Replayed);
            }
        }

        return Reply<ThreadRecord>.Refused("thread_not_found", $"There is no thread `{thread}`.");
    }

    /// <summary>
    /// Stores the change; what passed filters together with a hash of what was sent, because they may make something else of it each time: by that a
    /// repetition is known.
    /// </summary>
    private async Task<SignalResult> StoreAsync(string thread, StateUpdateRequest given, StateUpdateRequest passed, Principal? principal, CancellationToken cancellationToken)
    {
        var key = given.IdempotencyKey is { } named ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named))) : null;
        var signal = new Signal { Kind = SignalKind.StateChange, Key = $"state:{key ?? scope.Services.Ids.Next().ToString()}", Body = new StateChange(passed.Operations, principal).ToBytes() };
        if (key is null || !filters.PassStateUpdates)
        {
            return await scope.Store.SignalAsync(thread, [signal], cancellationToken);
        }

        var said = new Signal { Kind = SignalKind.StateChange, Key = $"said:{key}", Body = StateChange.Said(BlobHash.Of(new StateChange(given.Operations, principal).ToBytes())) };
        var result = await scope.Store.SignalAsync(thread, [said, signal], cancellationToken);
        return result.Outcome == SignalOutcome.KeyConflict && await scope.Store.SignalAsync(thread, [said], cancellationToken) is { Outcome: SignalOutcome.Replayed } repeated
            ? repeated
            : result;
    }

    private List<DefinitionProblem> Check(StateUpdateRequest request)
    {
        var errors = new List<DefinitionProblem>();
        if (request.Operations.Count is 0 or > StateUpdateRequest.MostOperations)
        {
            errors.Add(new DefinitionProblem("$.operations", "out_of_range", $"1 to {StateUpdateRequest.MostOperations} operations are needed."));
            return errors;
        }

        if (request.IdempotencyKey is { } key && !NameRules.IsName(key))
        {
            errors.Add(new DefinitionProblem("$.idempotency_key", "invalid_id", "An idempotency key must have 1 to 255 printable characters."));
        }

        foreach (var (index, operation) in request.Operations.Index())
        {
            if (FaultOf(operation) is { } fault)
            {
                errors.Add(new DefinitionProblem($"$.operations[{index}].{fault.Field}", "invalid_input", fault.Message));
            }
        }

        if (request.Operations.Sum(static operation => JsonValues.BytesOf(operation.Value)) > scope.Services.Options.MaxInputBytes)
        {
            errors.Add(new DefinitionProblem("$.operations", "input_too_large", $"The values are larger than {scope.Services.Options.MaxInputBytes} bytes."));
        }

        return errors;
    }

    private static (string Field, string Message)? FaultOf(StateOperation operation) => operation switch
    {
        _ when !Enum.IsDefined(operation.Op) => ("op", "`op` must be set, append, replace, remove or patch."),
        _ when !NameRules.IsName(operation.Key) => ("key", "`key` must have 1 to 255 printable characters."),
        _ when operation.Unknown is not null => ("op", "An operation has `op`, `key`, `value` and `id`."),
        { Id: { } id } when !NameRules.IsName(id) => ("id", "`id` must have 1 to 255 printable characters."),
        { Op: StateOperationKind.Set or StateOperationKind.Append, Id: not null } => ("id", "Only replace, remove and patch know items by their `id`."),
        { Op: StateOperationKind.Replace, Id: null } => ("id", "Replace needs the `id` of an item."),
        { Op: StateOperationKind.Remove, Value.ValueKind: not JsonValueKind.Undefined } => ("value", "Remove takes no `value`."),
        { Op: StateOperationKind.Remove } => null,
        { Value.ValueKind: JsonValueKind.Undefined } => ("value", "A `value` is needed."),
        { Op: StateOperationKind.Append, Value.ValueKind: not JsonValueKind.Array } => ("value", "Append takes a list of new items."),
        _ when JsonLimits.IsTooDeep(operation.Value) => ("value", $"The value is nested more than {JsonLimits.MaxDepth} deep."),
        _ when JournalText.AsStored(operation.Value) is null => ("value", "A text of the value is no Unicode: it holds half of a surrogate pair."),
        { Key: "messages" } => FaultOfMessages(operation),
        _ => null,
    };

    private static (string Field, string Message)? FaultOfMessages(StateOperation operation)
    {
        if (operation.Op == StateOperationKind.Patch)
        {
            return ("op", "A message is replaced as a whole.");
        }

        var messages = operation.Op == StateOperationKind.Replace ? JsonValues.ToArray([operation.Value]) : operation.Value;
        return Inputs.CheckMessages(messages) is { } fault ? ("value", $"{fault.Path}: {fault.Message}") : null;
    }
}
