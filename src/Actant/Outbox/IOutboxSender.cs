namespace Actant.Outbox;

/// <summary>Delivers to the addresses of one scheme. Safe for concurrent use.</summary>
public interface IOutboxSender
{
    /// <summary>The scheme in lower case, such as <c>https</c> or <c>nats</c>: what stands in an address before the first colon.</summary>
    string Scheme { get; }

    /// <summary>
    /// The longest wait between two tries of one delivery, where the engine's own is too long: that destinations are left alone which fail again
    /// and again stays as it is.
    /// </summary>
    TimeSpan? LongestWait => null;

    /// <summary>
    /// Tries under way at once to one destination for one tenant, where <see cref="DeliveryOptions.MaxPerDestination"/> is too few: a broker takes many over one
    /// connection. <see cref="DeliveryOptions.MaxPerTenant"/> holds all the same.
    /// </summary>
    int? MostAtOnce => null;

    /// <summary>Raised when its destinations answer again, as far as it knows: what waits for them is tried at once.</summary>
    event Action? CameBack
    {
        add { }
        remove { }
    }

    /// <summary>What speaks against a target, said when an execution is submitted or a definition checked; without asking anybody far away.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="target">The target.</param>
    /// <param name="path">Where it stands in the request.</param>
    IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path) => [];

    /// <summary>
    /// Tries once. It may be tried again with the same <see cref="OutboxMessage.Id"/> although it got through, when a process dies in between.
    /// An exception counts as a failure.
    /// </summary>
    /// <param name="message">What and where to.</param>
    /// <param name="cancellationToken">The time of the try is over, or the process stops.</param>
    ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken);
}
