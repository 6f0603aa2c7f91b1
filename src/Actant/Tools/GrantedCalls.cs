using System.Collections.Concurrent;
using System.Text;
using Actant.Storage;

namespace Actant.Tools;

/// <summary>
/// Counts calls by grants: a slice of what a limit has left is taken, and spent in memory. While one request is under way,
/// whoever comes waits for the next, which asks for all of them: a limit has at most one round trip at a time, and none while its
/// slice lasts. Slices grow with use and are small near the limit; what was not spent in time goes back with the next request, or
/// counts until the window has passed.
/// </summary>
/// <param name="take">Takes a grant; <c>null</c> if this node has no session now.</param>
/// <param name="time">The clock.</param>
internal sealed class GrantedCalls(Func<GrantRequest, ValueTask<Grant?>> take, TimeProvider time) : IToolRateLimiter
{
    /// <summary>What somebody waits who could not be counted, because the store is away or the session is lost.</summary>
    private static readonly TimeSpan s_uncounted = TimeSpan.FromSeconds(1);

    /// <summary>How far behind the next call one who is refused is asked to come, or a window, if that is longer.</summary>
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(30);

    // A store that is always slower than a permit is good for must not stop every call.
    private const int MostLate = 3;

    private const int SweepAt = 1024;
    private readonly Func<GrantRequest, ValueTask<Grant?>> _take = take;
    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<(TenantId Tenant, string Tool, int MaxCalls, TimeSpan Window), Slice> _slices = [];
    private int _sweepAt = SweepAt;

    public ValueTask<TimeSpan?> TryTakeAsync(TenantId tenant, string tool, int maxCalls, TimeSpan window, CancellationToken cancellationToken)
    {
        var key = (tenant, tool, maxCalls, window);
        while (true)
        {
            if (!_slices.TryGetValue(key, out var slice))
            {
                Sweep();
                slice = _slices.GetOrAdd(key, static (key, owner) => new Slice(owner, key.Tenant, key.Tool, key.MaxCalls, key.Window), this);
            }

            if (slice.TryTake(cancellationToken) is { } answer)
            {
                return answer;
            }

            // It was swept away in this moment.
            _slices.TryRemove(KeyValuePair.Create(key, slice));
        }
    }

    private void Sweep()
    {
        if (_slices.Count < Volatile.Read(ref _sweepAt))
        {
            return;
        }

        foreach (var slice in _slices.Where(static slice => slice.Value.TryClose()))
        {
            _slices.TryRemove(slice);
        }

        Volatile.Write(ref _sweepAt, Math.Max(SweepAt, _slices.Count * 2));
    }

    /// <summary>What this node holds of one limit, and who waits for more.</summary>
    private sealed class Slice(GrantedCalls owner, TenantId tenant, string tool, int maxCalls, TimeSpan window)
    {
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource<TimeSpan?>> _waiting = [];
        private readonly BlobHash _limit = BlobHash.Of(Encoding.UTF8.GetBytes(tool));
        private long _granted;
        private Grant _grant;
        private int _left;
        private int _used;
        private bool _isTaking;
        private bool _isClosed;
        private long _lastTurn;

        private bool IsSpendable => owner._time.GetElapsedTime(_granted) < _grant.SpendWithin;

        /// <summary>One call, now or when the store has answered; <c>null</c> if the slice is closed.</summary>
        public ValueTask<TimeSpan?>? TryTake(CancellationToken cancellationToken)
        {
            TaskCompletionSource<TimeSpan?> waiter;
            var mustTake = false;
            lock (_lock)
            {
                if (_isClosed)
                {
                    return null;
                }

                if (_left > 0 && !_isTaking && IsSpendable)
                {
                    _left--;
                    _used++;
                    return new ValueTask<TimeSpan?>((TimeSpan?)null);
                }

                waiter = new TaskCompletionSource<TimeSpan?>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(waiter);
                mustTake = !_isTaking;
                _isTaking = true;
            }

            if (mustTake)
            {
                _ = TakeAsync();
            }

            return new ValueTask<TimeSpan?>(waiter.Task.IsCompleted ? waiter.Task : waiter.Task.WaitAsync(cancellationToken));
        }

        /// <summary>Closes it if it holds nothing that could still be spent.</summary>
        public bool TryClose()
        {
            lock (_lock)
            {
                return _isClosed = !_isTaking && !(_left > 0 && IsSpendable);
            }
        }

        private async Task TakeAsync()
        {
            var late = 0;
            while (Request() is { } request)
            {
                var sent = owner._time.GetTimestamp();
                try
                {
                    var answer = await owner._take(request);
                    if (late < MostLate && answer is { Count: > 0 } grant && grant.SpendWithin > TimeSpan.Zero && owner._time.GetElapsedTime(sent) >= grant.SpendWithin)
                    {
                        // It counts from when it was given: spent now, it would be one call too many in a window from now on.
                        late++;
                        Keep(grant, sent);
                        continue;
                    }

                    late = 0;
                    Answer(answer, request.Wanted, sent);
                }
                catch (StoreUnavailableException)
                {
                    Answer(null, request.Wanted, sent);
                }
                catch (Exception exception)
                {
                    Fail(exception);
                }
            }
        }

        private GrantRequest? Request()
        {
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isTaking = false;
                    return null;
                }

                // A slice that was used up in time was too small; one that was not is given back.
                return new GrantRequest
                {
                    Session = default, // Whoever sends it knows.
                    Tenant = tenant,
                    Limit = _limit,
                    Capacity = maxCalls,
                    Window = window,
                    Wanted = Math.Min(_waiting.Count, StorageLimits.MaxItems),
                    Spare = IsSpendable ? Math.Min(_used, StorageLimits.MaxItems) : 0,
                    Unspent = _left,
                    UnspentSlice = _grant.Slice,
                };
            }
        }

        /// <summary>Nobody spends it: it goes back with the next request.</summary>
        private void Keep(Grant grant, long sent)
        {
            lock (_lock)
            {
                (_grant, _granted, _used, _left) = (grant, sent, 0, grant.Count);
            }
        }

        private void Answer(Grant? answer, int wanted, long sent)
        {
            lock (_lock)
            {
                var grant = answer ?? new Grant(0, TimeSpan.Zero, s_uncounted, 0);
                (_grant, _granted, _used) = (grant, sent, 0);
                _left = grant.Count;
                for (var i = 0; i < wanted; i++)
                {
                    var isGiven = _left > 0;
                    _left -= isGiven ? 1 : 0;
                    _used += isGiven ? 1 : 0;
                    _waiting.Dequeue().TrySetResult(isGiven ? null : answer is null ? grant.RetryAfter : TurnAfter(grant.RetryAfter));
                }
            }
        }

        /// <summary>
        /// When one who is refused should come again: not all of them when the next call may begin, but one after the other in the pace of
        /// the limit. No later than some windows: those before may never come.
        /// </summary>
        private TimeSpan TurnAfter(TimeSpan next)
        {
            var now = owner._time.GetTimestamp();
            var queued = _lastTurn == 0 ? TimeSpan.Zero : owner._time.GetElapsedTime(now, _lastTurn) + (window / Math.Max(1, maxCalls));
            var longest = next + (LongestQueue > window ? LongestQueue : window);
            var wait = queued < next ? next : queued > longest ? longest : queued;
            _lastTurn = now + (long)(wait.TotalSeconds * owner._time.TimestampFrequency);
            return wait;
        }

        private void Fail(Exception exception)
        {
            lock (_lock)
            {
                _left = 0;
                while (_waiting.TryDequeue(out var waiter))
                {
                    waiter.TrySetException(exception);
                }
            }
        }
    }
}
