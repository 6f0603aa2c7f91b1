using System.Text.Json;
using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Executions;

/// <summary>What a request to submit may be, whatever it is about.</summary>
internal sealed class SubmissionChecks(TenantScope scope)
{
    /// <summary>What a signal can hold, without what stands beside the value.</summary>
    public const int LargestStoredInput = StorageLimits.MaxBodyBytes - (256 * 1024);

    /// <summary>Why a request is refused: all that is wrong with it.</summary>
    public Refusal? Check(SubmitRequest request)
    {
        var errors = new List<DefinitionProblem>();
        if (!request.Definition.IsActive)
        {
            return new Refusal("agent_inactive", $"The {request.Definition.Kind} `{request.Definition.Name}` is not active. Set `is_active` to run it.");
        }

        if (CheckTools(request.Definition) is { } refusal)
        {
            return refusal;
        }

        if (CheckInput(request.Input) is { } fault)
        {
            errors.Add(fault);
        }

        if (request.Priority is < 0 or > 9)
        {
            errors.Add(new DefinitionProblem("$.priority", "out_of_range", "`priority` must be between 0 and 9."));
        }

        if (request.Thread is { } thread && !NameRules.IsAddressable(thread))
        {
            errors.Add(new DefinitionProblem("$.thread_id", "invalid_id", "`thread_id` must have 1 to 255 printable characters, and not be `.` or `..`."));
        }

        if (request.IdempotencyKey is { } key && !NameRules.IsName(key))
        {
            errors.Add(new DefinitionProblem("$.idempotency_key", "invalid_id", "An idempotency key must have 1 to 255 printable characters."));
        }

        if (request.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(366)))
        {
            errors.Add(new DefinitionProblem("$.timeout_ms", "out_of_range", "`timeout_ms` must be between 1 ms and 366 days."));
        }

        errors.AddRange(TagChecks.Check(request, scope.Services.Time.GetUtcNow()));
        errors.AddRange(CheckDeliveries(request));
        return errors.Count == 0 ? null : new Refusal("invalid_input", "The request has faults.", errors);
    }

    private Refusal? CheckTools(Definition definition)
    {
        if (scope.Tier.MaxTools is not { } most)
        {
            return null;
        }

        try
        {
            return ToolCount.FindOver(definition, scope.Services.Kinds.Compile(definition), most) is not { } over ? null : new Refusal(
                "tier_limit", $"{scope.Tier.Named("MaxTools")} is {most}; the nodes of `{over.Definition.Name}` name {over.Tools} tools. Name fewer, or ask the operator for more.");
        }
        catch (DefinitionException)
        {
            // Whoever takes it in finds the same and says so.
            return null;
        }
    }

    /// <summary>What is wrong with an input.</summary>
    public DefinitionProblem? CheckInput(JsonElement input) =>
        JsonLimits.IsTooDeep(input)
            ? new DefinitionProblem("$.input", ValueErrors.TooDeep, $"The input is nested more than {JsonLimits.MaxDepth} deep.")
        : StorableJson.FindBroken(input, "$.input") is { } broken
            ? new DefinitionProblem(broken, "invalid_input", "A text of the input is no Unicode: it holds half of a surrogate pair.")
        : Inputs.Check(input) is { } fault
            ? new DefinitionProblem(fault.Path, "invalid_input", fault.Message)
        : JsonValues.BytesOf(input) > scope.Services.Options.MaxInputBytes
            ? new DefinitionProblem("$.input", "input_too_large", $"The input is larger than {scope.Services.Options.MaxInputBytes} bytes.")
        : JournalText.StoredBytes(input) > LargestStoredInput
            ? new DefinitionProblem("$.input", "input_too_large", $"The input is larger than {LargestStoredInput} bytes as it is stored, with the characters escaped that JSON may escape.")
        : null;

    private IEnumerable<DefinitionProblem> CheckDeliveries(SubmitRequest request)
    {
        if (request.DeliverTo is { Count: > DeliveryTarget.MaxTargets } many)
        {
            yield return new("$.deliver_to", "out_of_range", $"There are {many.Count} targets; at most {DeliveryTarget.MaxTargets} are possible.");
        }

        foreach (var problem in scope.Services.Outbox.Senders.Check(scope.Tenant, request.DeliverTo ?? [], static index => $"$.deliver_to[{index}]"))
        {
            yield return problem;
        }

        if (request.CallbackUrl is { } callback)
        {
            foreach (var problem in scope.Services.Outbox.Senders.Check(scope.Tenant, [new DeliveryTarget { Url = callback }], static _ => "$.callback_url"))
            {
                yield return problem;
            }
        }
    }
}
