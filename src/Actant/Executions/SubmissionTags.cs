using Actant.Storage;

namespace Actant.Executions;

/// <summary>What requests are filed under, and where they want to be told.</summary>
internal static class SubmissionTags
{
    /// <summary>The tags of what is stored: what the request does not say of deliveries, its definition says. <c>null</c> where neither says anything.</summary>
    public static ExecutionTags? Of(SubmitRequest request, ExecutionId? root)
    {
        var targets = TargetsOf(request.DeliverTo, request.CallbackUrl) ?? TargetsOf(request.Definition.DeliverTo, request.Definition.CallbackUrl) ?? [];
        targets = [.. request.Sinks, .. targets.Where(target => !request.Sinks.Any(sink => sink.Url == target.Url))];
        return Of(request, root, targets is { Count: > 0 } ? targets : null);
    }

    /// <summary>The tags that the request itself says, whatever its definition says now.</summary>
    public static ExecutionTags? Said(SubmitRequest request) => Of(request, root: null, TargetsOf(request.DeliverTo, request.CallbackUrl));

    private static ExecutionTags? Of(SubmitRequest request, ExecutionId? root, IReadOnlyList<DeliveryTarget>? targets) =>
        targets is null && request is { Labels.Count: 0, Subject: null, Batch: null, Parent: null, TraceParent: null, ExpiresAt: null }
            ? null
            : new ExecutionTags
            {
                Labels = new SortedDictionary<string, string>(request.Labels.ToDictionary(), StringComparer.Ordinal),
                Subject = request.Subject,
                Batch = request.Batch,
                Parent = request.Parent,
                Root = root,
                TraceParent = request.TraceParent,
                TraceState = request.TraceState,
                Baggage = request.Baggage,
                ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
                DeliverTo = targets,
            };

    private static IReadOnlyList<DeliveryTarget>? TargetsOf(IReadOnlyList<DeliveryTarget>? targets, string? callback) =>
        callback is null ? targets : [.. targets ?? [], new DeliveryTarget { Url = callback }];
}
