namespace Actant.CloudEvents;

/// <summary>Where the ends of all jobs are delivered, whichever way they came; registered by whoever adds a sender for it.</summary>
/// <param name="Target">The target.</param>
public sealed record JobSink(DeliveryTarget Target);
