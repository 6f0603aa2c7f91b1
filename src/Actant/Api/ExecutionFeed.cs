using Actant.Events;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>An execution that somebody follows. Takes one of the places that there are for readers, until it is disposed of.</summary>
public sealed class ExecutionFeed : IDisposable
{
    private readonly ExecutionClient _client;
    private readonly EventId? _after;
    private readonly IDisposable? _place;

    internal ExecutionFeed(ExecutionClient client, ExecutionRecord record, EventId? after, IDisposable? place) =>
        (_client, Record, _after, _place) = (client, record, after, place);

    /// <summary>The execution as it was when they began.</summary>
    public ExecutionRecord Record { get; }

    /// <summary>Whether they had seen its end before they came.</summary>
    public bool IsOver => IsSeen(Record, _after);

    /// <summary>How long they may take nothing.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The events, until it has ended.</summary>
    /// <exception cref="KeyNotFoundException">It was deleted meanwhile.</exception>
    public IAsyncEnumerable<StreamEvent> EventsAsync(CancellationToken cancellationToken) => _client.EventsAsync(Record.Id, _after, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _place?.Dispose();

    /// <summary>Whether whoever saw an event has seen the end of an execution.</summary>
    internal static bool IsSeen(ExecutionRecord record, EventId? after) => record.EndPosition is { } end && after?.Position >= end;
}
