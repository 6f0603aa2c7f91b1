using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    /// <summary>What is still to be delivered, or what was given up: the newest first.</summary>
    public async Task<Page<Delivery>> ListDeliveriesAsync(bool dead, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await _store.ListOutboxAsync(dead, cursor, limit, cancellationToken);
        return new Page<Delivery>([.. page.Items.Select(Delivery.Of)], page.Cursor);
    }

    /// <summary>
    /// Sends a delivery again that was given up: at once, behind what waits for the same address on its thread, and with as many tries as a new
    /// one. <c>false</c> when there is none of that id that was given up.
    /// </summary>
    public async Task<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken)
    {
        var isSent = await _store.ResendAsync(delivery, cancellationToken);
        if (isSent)
        {
            _services.Outbox.Look();
        }

        return isSent;
    }

    /// <summary>Where a request wants to be told; what it does not say, its agent says.</summary>
    private static IReadOnlyList<DeliveryTarget>? TargetsOf(SubmitRequest request)
    {
        var targets = TargetsOf(request.DeliverTo, request.CallbackUrl) ?? TargetsOf(request.Agent.DeliverTo, request.Agent.CallbackUrl);
        return targets is { Count: > 0 } ? targets : null;
    }

    private static IReadOnlyList<DeliveryTarget>? TargetsOf(IReadOnlyList<DeliveryTarget>? targets, string? callback) =>
        callback is null ? targets : [.. targets ?? [], new DeliveryTarget { Url = callback }];

    private IEnumerable<DefinitionProblem> CheckDeliveries(SubmitRequest request)
    {
        if (request.DeliverTo is { Count: > DeliveryTarget.MaxTargets } many)
        {
            yield return new("$.deliver_to", "out_of_range", $"There are {many.Count} targets; at most {DeliveryTarget.MaxTargets} are possible.");
        }

        foreach (var problem in _services.Outbox.Senders.Check(Tenant, request.DeliverTo ?? [], static index => $"$.deliver_to[{index}]"))
        {
            yield return problem;
        }

        if (request.CallbackUrl is { } callback)
        {
            foreach (var problem in _services.Outbox.Senders.Check(Tenant, [new DeliveryTarget { Url = callback }], static _ => "$.callback_url"))
            {
                yield return problem;
            }
        }
    }
}
