using Actant.Outbox;

namespace Actant.CloudEvents;

/// <summary>Where the ends of all jobs are delivered, whichever way they came; registered by whoever adds a sender for it.</summary>
/// <param name="Target">The target.</param>
public sealed record JobSink(DeliveryTarget Target)
{
    /// <summary>
    /// Sends the end of a job of which there never was an execution, and so no delivery: whoever refused it tries again while this fails. <c>null</c> where
    /// such ends do not go there.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<SendResult>>? SendRefused { get; init; }
}
