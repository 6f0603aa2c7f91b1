using Actant.Events;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>An execution that somebody follows.</summary>
public sealed class ExecutionFeed
{
    private readonly ExecutionClient _client;
    private readonly EventId? _after;

    internal ExecutionFeed(ExecutionClient client, ExecutionRecord record, EventId? after) => (_client, Record, _after) = (client, record, after);

    /// <summary>The execution as it was when they began.</summary>
    public ExecutionRecord Record { get; }

    /// <summary>Whether they had seen its end before they came.</summary>
    public bool IsOver => Record.EndPosition is { } end && _after?.Position >= end;

    /// <summary>The events, until it has ended.</summary>
    /// <exception cref="KeyNotFoundException">It was deleted meanwhile.</exception>
    public IAsyncEnumerable<StreamEvent> EventsAsync(CancellationToken cancellationToken) => _client.EventsAsync(Record.Id, _after, cancellationToken);
}
