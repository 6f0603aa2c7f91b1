using Actant.Api;

namespace Actant.CloudEvents;

/// <summary>A job that an event brought.</summary>
/// <param name="JobId">The sender's own id of it: its label <see cref="Label"/>, and the thread where the event names none.</param>
/// <param name="Tenant">Whose it is, where the event says so.</param>
/// <param name="Command">What is asked for.</param>
public sealed record Job(string JobId, string? Tenant, SubmitCommand Command)
{
    /// <summary>The type of events that bring one.</summary>
    public const string EventType = "dev.my-platform.agent.execute";

    /// <summary>The label of the execution that holds <see cref="JobId"/>.</summary>
    public const string Label = "job_id";
}
