using System.Diagnostics;
using Actant.Metering;
using Actant.Storage;

namespace Actant.Tracing;

/// <summary>The span of one execution while this process runs it: each process that goes on with it has one of its own, all in one trace.</summary>
internal sealed class ExecutionSpan : IDisposable
{
    private readonly Activity _span;

    private ExecutionSpan(Activity span) => _span = span;

    /// <summary>
    /// Begins one, and makes it what the present flow of control does: what it calls is below it. Where nobody records spans, the trace of the
    /// caller still goes on, in log lines and to whoever is called; <c>null</c> where there is none.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="record">The execution, where one is open.</param>
    public static ExecutionSpan? Begin(ThreadKey thread, ExecutionRecord? record)
    {
        if (Activity.Current is not null)
        {
            // That of a request which happened to start this, and ends before it.
            Activity.Current = null;
        }

        if (record is null)
        {
            return null;
        }

        var trace = StoredTrace.Of(record.Tags);
        var span = ActantTracing.Source.HasListeners()
            ? ActantTracing.Source.StartActivity($"invoke_agent {record.Agent}", ActivityKind.Internal, trace?.Context ?? default)
            : null;
        span ??= trace is null ? null : Carry(trace);
        if (span is null)
        {
            return null;
        }

        trace?.AddBaggageTo(span);
        if (span.IsAllDataRequested)
        {
            span.SetTag("gen_ai.operation.name", "invoke_agent")
                .SetTag("gen_ai.agent.name", record.Agent)
                .SetTag("gen_ai.conversation.id", thread.Thread)
                .SetTag("actant.tenant", thread.Tenant.Value)
                .SetTag("actant.execution", record.Id.ToString());
        }

        return new ExecutionSpan(span);
    }

    /// <summary>The execution ended here.</summary>
    /// <param name="status">How.</param>
    /// <param name="failure">Why, if not well.</param>
    public void Ended(ExecutionStatus status, Failure? failure)
    {
        _span.SetTag("actant.status", EngineMeter.Word(status));
        if (failure is not null)
        {
            _span.Fail(failure);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _span.Dispose();

    private static Activity Carry(StoredTrace trace)
    {
        var context = trace.Context;
        return new Activity("invoke_agent") { TraceStateString = context.TraceState }.SetParentId(context.TraceId, context.SpanId, context.TraceFlags).Start();
    }
}
