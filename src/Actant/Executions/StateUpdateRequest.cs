using Actant.Journaling;

namespace Actant.Executions;

/// <summary>A change of a thread's state from outside.</summary>
public sealed record StateUpdateRequest
{
    /// <summary>What to change, in order, all or nothing; at most <see cref="MostOperations"/>.</summary>
    public required IReadOnlyList<StateOperation> Operations { get; init; }

    /// <summary>A second request with this key is answered as the first; with other operations it is a conflict. Up to 255 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The most operations of one request.</summary>
    public const int MostOperations = 100;
}
