using System.Diagnostics;

namespace Actant.Egress;

/// <summary>Tells a service in which trace it is called. The caller's baggage stays here: it was told to us, and may say who they are.</summary>
internal sealed class TraceHeaders : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator s_headers = CreateW3CPropagator();

    /// <summary>The one there is.</summary>
    public static TraceHeaders Instance { get; } = new();

    /// <inheritdoc />
    public override IReadOnlyCollection<string> Fields => s_headers.Fields;

    /// <inheritdoc />
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        s_headers.Inject(activity, carrier, setter is null ? null : (to, name, value) =>
        {
            if (name is "traceparent" or "tracestate")
            {
                setter(to, name, value);
            }
        });

    /// <inheritdoc />
    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        s_headers.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    /// <inheritdoc />
    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
