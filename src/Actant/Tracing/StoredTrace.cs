using System.Diagnostics;
using Actant.Storage;

namespace Actant.Tracing;

/// <summary>The trace that an execution belongs to, kept with it: whoever goes on with it, also after a crash, goes on in the same trace.</summary>
/// <param name="TraceParent">W3C's <c>traceparent</c>.</param>
/// <param name="TraceState">W3C's <c>tracestate</c>.</param>
/// <param name="Baggage">W3C's <c>baggage</c>: what the caller wants known wherever the trace goes.</param>
internal sealed record StoredTrace(string TraceParent, string? TraceState, string? Baggage)
{
    /// <summary>512 characters, the most of <c>tracestate</c> that others must pass on; more is left out.</summary>
    public const int LongestState = 512;

    /// <summary>8,192 characters, the most of <c>baggage</c> that others must pass on; more is left out.</summary>
    public const int LongestBaggage = 8192;

    private static readonly DistributedContextPropagator s_headers = DistributedContextPropagator.CreateW3CPropagator();

    /// <summary>
    /// The trace of whoever asks now, if it is one that somebody records: the caller, who sent it, or this process. A host's own bookkeeping is none.
    /// </summary>
    public static StoredTrace? Current
    {
        get
        {
            if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity || !(activity.Recorded || activity.HasRemoteParent))
            {
                return null;
            }

            string? baggage = null;
            s_headers.Inject(activity, null, (_, name, value) => baggage = name == "baggage" ? value : baggage);
            return new StoredTrace(id, Bounded(activity.TraceStateString, LongestState), Bounded(baggage, LongestBaggage));
        }
    }

    /// <summary>The one of an execution; <c>null</c> where it belongs to none.</summary>
    public static StoredTrace? Of(ExecutionTags? tags) => tags is { TraceParent: { } parent } ? new(parent, tags.TraceState, tags.Baggage) : null;

    /// <summary>As the parent of a span.</summary>
    public ActivityContext Context => ActivityContext.TryParse(TraceParent, TraceState, isRemote: true, out var context) ? context : default;

    /// <summary>Gives a span the baggage.</summary>
    public void AddBaggageTo(Activity span)
    {
        if (Baggage is null)
        {
            return;
        }

        var pairs = s_headers.ExtractBaggage(Baggage, static (object? baggage, string name, out string? value, out IEnumerable<string>? values) =>
            (value, values) = (name == "baggage" ? (string?)baggage : null, null));
        foreach (var (key, value) in pairs?.Reverse() ?? [])
        {
            span.AddBaggage(key, value);
        }
    }

    private static string? Bounded(string? text, int most) => NameRules.IsName(text, most) ? text : null;
}
