using System.Diagnostics.Metrics;
using Actant.Metering;

namespace Actant.Nats;

/// <summary>What is counted of messages.</summary>
internal sealed class NatsMeter
{
    private readonly Counter<long> _jobs;
    private readonly Counter<long> _messages;

    /// <param name="meter">The engine's.</param>
    /// <param name="held">How many are held now.</param>
    public NatsMeter(Meter meter, Func<int> held)
    {
        _jobs = EngineMeter.JobsOf(meter);
        _messages = meter.CreateCounter<long>("actant_nats_messages", "{message}", "Messages of the stream of jobs, by what became of them.");
        meter.CreateObservableGauge("actant_nats_held_messages", held, "{message}", "Messages that are held until their executions end or sleep.");
    }

    /// <summary>Events that were to be published and are lost.</summary>
    public static Counter<long> LostEvents(Meter meter) => meter.CreateCounter<long>("actant_nats_events_lost", "{event}", "Events of threads that NATS did not take, or that found no room.");

    /// <summary>A message is given up: its job has ended.</summary>
    public void Failed()
    {
        Done("dead");
        _jobs.Add(1, new KeyValuePair<string, object?>("status", "failed"));
    }

    /// <summary>A message is done with, here.</summary>
    /// <param name="outcome"><c>acked</c>, <c>delayed</c>, <c>returned</c> or <c>dead</c>.</param>
    public void Done(string outcome) => _messages.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
