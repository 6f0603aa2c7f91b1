using System.Collections.Concurrent;
using System.Diagnostics;
using Actant.Tracing;

namespace Actant.Tests.Tracing;

/// <summary>The finished spans of one trace.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans(string trace)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ActantTracing.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == trace)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All => [.. _ended];

    public Activity Single(string name) => Assert.Single(_ended, span => span.DisplayName == name);

    public IReadOnlyList<Activity> Named(string name) => [.. _ended.Where(span => span.DisplayName == name)];

    public void Dispose() => _listener.Dispose();
}
