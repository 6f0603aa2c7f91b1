using System.Collections.Concurrent;
using Actant.Executions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actant.DomainActions;

/// <summary>Takes actions as this process has slots for them, from each tier as much as its weight says.</summary>
internal sealed partial class ActionConsumer : IHostedService, IAsyncDisposable
{
    // Of one look; what is not stored yet is in memory.
    private const int MostAtOnce = 64;
    private const int CallbackWeight = 8;

    // Each may have some megabytes in memory.
    private const int MostBusy = 16;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_whenHeld = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_whenPutBack = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_survey = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_whenAway = TimeSpan.FromMilliseconds(200);

    private readonly DomainActionLink _link;
    private readonly ActantEngine _engine;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ActionBatch _batches;
    private readonly ActionMeter _meter;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly bool _takes;
    private readonly ActionTurns _turns;
    private readonly IReadOnlyList<ActionQueue> _queues;
    private readonly ConcurrentDictionary<string, ActionQueue> _heldBack = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ActionQueue, int> _busy = [];
    private readonly ConcurrentDictionary<ActionQueue, DateTimeOffset> _paused = [];
    private readonly ConcurrentQueue<(ActionQueue Queue, int Count)> _notThere = [];
    private readonly ConcurrentDictionary<ActionQueue, byte> _orphaned = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _freed = new(0);
    private Task _work = Task.CompletedTask;

    public ActionConsumer(
        DomainActionOptions options, DomainActionLink link, ActantEngine engine, ActionHandling handling, ActionMeter meter, IHostApplicationLifetime lifetime, TimeProvider time, ILogger log)
    {
        (_link, _engine, _lifetime, _meter, _time, _log, _takes) = (link, engine, lifetime, meter, time, log, options.TakesActions);
        _batches = new ActionBatch(options, link, handling, meter, time, log);
        _turns = new ActionTurns(options.Tiers);
        _queues =
        [
            .. from tier in options.Tiers.Keys
               from context in options.Contexts
               select new ActionQueue($"execution_service:{tier}:{context.Key}", tier, context.Value),
            .. options.Tiers.Keys.Select(static tier => new ActionQueue($"agent_execution_service:{tier}:callbacks", tier, CallbackWeight) { IsOfCallbacks = true }),
        ];
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The engine stops with the application, before hosted services do: nothing is taken from then on.
        _lifetime.ApplicationStopping.Register(_stop.Cancel);
        _work = _takes ? Task.Run(TakeAsync, CancellationToken.None) : Task.CompletedTask;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // What is under way is settled or put back.
        while (!_busy.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            await ((Task)_freed.WaitAsync(s_longestPause, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        _freed.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task TakeAsync()
    {
        var (pause, surveyed) = (s_firstPause, (long?)null);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (surveyed is not { } last || _time.GetElapsedTime(last) > s_survey)
                {
                    await SurveyAsync();
                    surveyed = _time.GetTimestamp();
                }

                var began = _engine.IsRunning && await BeginAsync() > 0;
                pause = began ? s_firstPause : Longer(pause);
                await _freed.WaitAsync(pause, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogAway(_log, exception.Message.ReplaceLineEndings(" "));
                await Task.Delay(s_whenAway, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Looks for what others left behind, and for what is held back.</summary>
    private async Task SurveyAsync()
    {
        var all = _queues.Concat(_heldBack.Values).ToList();
        var left = await Task.WhenAll(all.Select(queue => _link.Database.ListLengthAsync(queue.Processing)));
        foreach (var (queue, length) in all.Zip(left))
        {
            if (length > 0 && !_busy.ContainsKey(queue))
            {
                _orphaned[queue] = 0;
            }
        }

        var names = all.Select(static queue => queue.Name).ToHashSet(StringComparer.Ordinal);
        _turns.Forget(names.Contains);
        var tenants = await Task.WhenAll(_queues.Select(queue => _link.Database.SetMembersAsync(queue.Tenants)));
        foreach (var (queue, members) in _queues.Zip(tenants))
        {
            Hold(queue, members.Select(static member => member.ToString()).ToHashSet(StringComparer.Ordinal));
        }
    }

    /// <summary>Which tenants' messages of a queue are held back now.</summary>
    private void Hold(ActionQueue queue, IReadOnlySet<string> tenants)
    {
        foreach (var tenant in tenants)
        {
            var held = new TenantId(tenant);
            _heldBack.GetOrAdd(queue.ListOf(held), _ => queue.Of(held));
        }

        foreach (var gone in _heldBack.Values.Where(list => list.Parent == queue && !tenants.Contains(list.HeldBack!.Value.Value) && !_busy.ContainsKey(list)).ToList())
        {
            _heldBack.TryRemove(gone.Name, out _);
            _paused.TryRemove(gone, out _);
            _orphaned.TryRemove(gone, out _);
        }
    }

    /// <summary>Begins with as much as there is room for.</summary>
    private async Task<int> BeginAsync()
    {
        while (_notThere.TryDequeue(out var back))
        {
            _turns.GiveBack(back.Queue, back.Count);
        }

        var now = _time.GetUtcNow();
        var all = _queues.Concat(_heldBack.Values).ToList();
        var lengths = await Task.WhenAll(all.Select(queue => _link.Database.ListLengthAsync(queue.Name)));
        var waiting = new Dictionary<ActionQueue, long>();
        foreach (var (queue, length) in all.Zip(lengths))
        {
            if (queue.Parent is null)
            {
                _meter.Saw(queue, length);
            }

            var due = length > 0 || _orphaned.ContainsKey(queue);
            if (due && !_busy.ContainsKey(queue) && !(_paused.GetValueOrDefault(queue) > now))
            {
                waiting[queue] = Math.Max(1, length);
            }
        }

        var callbacks = waiting.Where(static pair => pair.Key.IsOfCallbacks).ToList();
        foreach (var (queue, length) in callbacks)
        {
            waiting.Remove(queue);
            Begin(queue, (int)Math.Min(length, MostAtOnce));
        }

        // What is busy or waits for its lease has its turn all the same when it is back.
        var busy = all.Where(queue => !queue.IsOfCallbacks && (_busy.ContainsKey(queue) || _paused.GetValueOrDefault(queue) > now)).ToHashSet();
        var underWay = _busy.Where(static pair => !pair.Key.IsOfCallbacks).Sum(static pair => pair.Value);
        var room = Math.Min(_engine.FreeSlots, MostAtOnce) - underWay;
        var shares = _turns.Share(room, waiting, busy);
        foreach (var (queue, count) in shares)
        {
            if (_busy.Count < MostBusy)
            {
                Begin(queue, count);
            }
            else
            {
                _turns.GiveBack(queue, count);
            }
        }

        return callbacks.Count + shares.Count;
    }

    private void Begin(ActionQueue queue, int count)
    {
        _busy[queue] = count;
        _ = Task.Run(() => RunAsync(queue, count), CancellationToken.None);
    }

    private async Task RunAsync(ActionQueue queue, int count)
    {
        var taken = 0;
        try
        {
            var outcome = await _batches.RunAsync(queue, count, _stop.Token);
            taken = outcome.Taken;
            if (!outcome.IsHeld)
            {
                _orphaned.TryRemove(queue, out _);
                if (queue.Parent is null)
                {
                    Hold(queue, outcome.HeldBack);
                }
            }

            if (outcome.IsHeld || outcome.PutBack)
            {
                _paused[queue] = _time.GetUtcNow() + (outcome.PutBack ? s_whenPutBack : s_whenHeld);
            }
        }
        catch (Exception exception)
        {
            LogAway(_log, exception.Message.ReplaceLineEndings(" "));
            _paused[queue] = _time.GetUtcNow() + s_whenPutBack;
        }
        finally
        {
            if (!queue.IsOfCallbacks && taken < count)
            {
                _notThere.Enqueue((queue, count - taken));
            }

            _busy.TryRemove(queue, out _);
            if (_freed.CurrentCount == 0)
            {
                _freed.Release();
            }
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < s_longestPause ? pause * 2 : s_longestPause;

    [LoggerMessage(EventId = 6431, Level = LogLevel.Warning, Message = "No actions can be taken from Redis at the moment: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
