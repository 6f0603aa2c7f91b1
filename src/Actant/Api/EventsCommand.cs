using Actant.Events;

namespace Actant.Api;

/// <summary>Follows an execution.</summary>
public sealed record EventsCommand
{
    /// <summary>Its id, as it was sent.</summary>
    public required string Execution { get; init; }

    /// <summary>The last event that was seen; from the beginning if absent.</summary>
    public EventId? After { get; init; }

    /// <summary>Reads one.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="after">The id of the last event that was seen, as text.</param>
    public static Reply<EventsCommand> Read(string execution, string? after) =>
        string.IsNullOrEmpty(after) ? Reply<EventsCommand>.Done(new EventsCommand { Execution = execution })
        : EventId.TryParse(after, out var id) ? Reply<EventsCommand>.Done(new EventsCommand { Execution = execution, After = id })
        : Reply<EventsCommand>.Refused(RefusalCodes.InvalidInput, "Last-Event-ID, or ?after=, is the id of an event: <position>-<n>.");
}
