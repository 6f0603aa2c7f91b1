using System.Collections.Concurrent;
using System.Diagnostics;

namespace Actant.Benchmarks.Vendors;

/// <summary>The calls that the vendor has had, each under what was said last in it.</summary>
internal sealed class VendorCalls
{
    private readonly ConcurrentDictionary<string, Call> _calls = new(StringComparer.Ordinal);
    private int _open;

    /// <summary>How many wait for their answer, or for the rest of it.</summary>
    public int Open => Volatile.Read(ref _open);

    public Call Of(string text) => _calls.GetOrAdd(text, static _ => new Call());

    public Call Begin(string text)
    {
        Interlocked.Increment(ref _open);
        var call = Of(text);
        var now = Stopwatch.GetTimestamp();
        if (!call.Opened.TrySetResult(now))
        {
            call.Again.TrySetResult(now);
        }

        return call;
    }

    public void End() => Interlocked.Decrement(ref _open);

    /// <summary>When a call came, and when its connection was closed before it had its answer.</summary>
    internal sealed class Call
    {
        public TaskCompletionSource<long> Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The second time.</summary>
        public TaskCompletionSource<long> Again { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<long> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
