using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Actant.DomainActions;

/// <summary>What is counted of actions.</summary>
internal sealed class ActionMeter
{
    private readonly Counter<long> _actions;
    private readonly Counter<long> _takenOver;
    private readonly ConcurrentDictionary<string, long> _lengths = new(StringComparer.Ordinal);

    /// <param name="meter">The engine's.</param>
    public ActionMeter(Meter meter)
    {
        _actions = meter.CreateCounter<long>("actant_domain_actions", "{action}", "Actions from queues of Redis, by what became of them.");
        _takenOver = meter.CreateCounter<long>("actant_domain_actions_taken_over", "{action}", "Actions that another node had taken and not settled.");
        meter.CreateObservableGauge(
            "actant_domain_queue_length",
            () => _lengths.Select(static pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("queue", pair.Key))),
            "{action}",
            "Actions that wait in a queue of Redis, as this process saw it last.");
    }

    /// <summary>Something became of an action.</summary>
    /// <param name="type">The action.</param>
    /// <param name="outcome"><c>done</c>, <c>refused</c>, <c>dead</c>, <c>returned</c> or <c>held_back</c>.</param>
    /// <param name="count">Of how many.</param>
    public void Add(string? type, string outcome, int count = 1)
    {
        if (count > 0)
        {
            _actions.Add(count, new("action", ActionTypes.Label(type)), new("outcome", outcome));
        }
    }

    /// <summary>Actions were taken over.</summary>
    public void AddTakenOver(long count) => _takenOver.Add(count);

    /// <summary>How many wait in a queue of the settings.</summary>
    public void Saw(ActionQueue queue, long length) => _lengths[queue.Name] = length;
}
