using System.Globalization;
using System.Reflection;
using System.Text;
using Actant.Storage;

namespace Actant.Testing.Storage;

/// <summary>
/// Runs one generated sequence of operations against two stores on clocks that move together and compares every answer. A
/// difference names the seed and the step.
/// </summary>
public sealed class StoreComparison(StoreFixture expected, StoreFixture actual, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<SessionId> _sessions = [];
    private readonly List<TakenThread> _leases = [];
    private readonly Dictionary<ThreadKey, long> _next = [];
    private readonly List<ExecutionId> _executions = [];
    private readonly List<Guid> _deliveries = [];
    private readonly SequentialIdGenerator _ids = new(series: 9);
    private AppendRequest? _lastAppend;

    public async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var operation = Choose(step);
            var (left, right) = (await AnswerAsync(operation, expected), await AnswerAsync(operation, actual));
            Assert.True(
                left.Text == right.Text,
                string.Create(CultureInfo.InvariantCulture, $"seed {seed}, step {step}\nexpected {left.Text}\nactual   {right.Text}"));
            Learn(left.Answer);
        }
    }

    private static async Task<(string Text, object? Answer)> AnswerAsync(Func<StoreFixture, Task<object?>> operation, StoreFixture fixture)
    {
        try
        {
            var answer = await operation(fixture);
            var text = new StringBuilder();
            Describe(answer, text);
            return (text.ToString(), answer);
        }
        catch (ArgumentException)
        {
            return ("refused", null);
        }
    }

    /// <summary>
    /// A store need not bring the inbox; where it does, it is what the other one reads. Which threads of a session that had ended were touched
    /// before it was ended for all, and so shared no death, is each store's own.
    /// </summary>
    private static async Task<IReadOnlyList<TakenThread>> TakeAsync(IActantStore store, TakeRequest take)
    {
        var taken = new List<TakenThread>();
        foreach (var lease in (await store.TakeAsync(take, default)).Threads)
            taken.Add(lease with { Inbox = lease.Inbox ?? await StoreFixture.ReadInboxAsync(store, lease.Thread), DiedAlone = 0 });
        return taken;
    }

    private static SubmitResult Determined(SubmitResult submitted) =>
        submitted.Lease is { } lease ? submitted with { Lease = lease with { DiedAlone = 0 } } : submitted;

    private static void Describe(object? value, StringBuilder text)
    {
        switch (value)
        {
            case ReadOnlyMemory<byte> bytes:
                text.Append(Convert.ToHexString(bytes.Span));
                break;
            case string or null or ValueType and not (StoredEntry or AppendResult):
                text.Append(CultureInfo.InvariantCulture, $"{value ?? "null"}");
                break;
            case System.Collections.IEnumerable items:
                foreach (var item in items)
                {
                    Describe(item, text);
                    text.Append(';');
                }

                break;
            default:
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
                {
                    text.Append(property.Name).Append('=');
                    Describe(property.GetValue(value), text);
                    text.Append(' ');
                }

                break;
        }
    }

    private void Learn(object? answer)
    {
        switch (answer)
        {
            case Session session:
                _sessions.Add(session.Id);
                break;
            case IReadOnlyList<TakenThread> taken:
                _leases.AddRange(taken);
                foreach (var lease in taken)
                    _next[lease.Thread] = lease.Taken.Position + 1;
                break;
            case SubmitResult { Lease: { } lease }:
                _leases.Add(lease);
                _next[lease.Thread] = lease.Taken.Position + 1;
                break;
            case AppendResult { Outcome: AppendOutcome.Stored }:
                _next[_lastAppend!.Thread] = _lastAppend.Position + _lastAppend.Entries.Count;
                break;
            case IReadOnlyList<OutboxDelivery> deliveries:
                _deliveries.AddRange(deliveries.Select(delivery => delivery.Row.Delivery));
                break;
        }
    }

    private Func<StoreFixture, Task<object?>> Choose(int step)
    {
        var thread = $"t{_random.Next(6)}";
        var key = StoreFixture.Key(thread);
        var session = Any(_sessions);
        switch (_random.Next(25))
        {
            case 0:
                return async f => await f.Store.OpenSessionAsync(new OpenSession("n", StoreFixture.SessionLength), default);
            case 1 or 2:
                var by = TimeSpan.FromMilliseconds(_random.Next(1, 6000));
                return f =>
                {
                    f.Clock.Advance(by);
                    return Task.FromResult<object?>(null);
                };
            case 3 or 4:
                // When a row became anybody's whose session expired long ago is each store's own.
                return async f => await f.Store.RenewAsync(session, default) is { } beat ? beat with { NextDelivery = beat.NextDelivery < beat.At ? beat.At : beat.NextDelivery } : null;
            case 5 when _random.Next(4) == 0:
                return async f =>
                {
                    await f.Store.EndSessionAsync(session, default);
                    return null;
                };
            case 5 or 6 or 7:
                var take = expected.TakeFor(session, _random.Next(1, 4), _random.Next(4) == 0 ? key : null);
                return async f => await TakeAsync(f.Store, take);
            case 8 or 9 or 10:
                var submission = NextSubmission(thread, session);
                _executions.Add(submission.Id);
                return async f => Determined(Assert.Single(await f.Tenant.SubmitAsync([submission], default)));
            case 11 or 12:
                var signals = NextSignals();
                return async f => await f.Tenant.SignalAsync(thread, signals, default);
            case 13:
                var execution = Any(_executions);
                return async f => await f.Tenant.StartAsync(execution, null, default);
            case 14:
                return async f => await f.Store.ReadInboxAsync(key, step % 4, default);
            case 15 when _random.Next(3) == 0:
                return async f => await f.Tenant.DeleteThreadAsync(thread, default);
            case 15:
                return async f => await f.Store.TakeOutboxAsync(new OutboxTakeRequest(session, 3), default);
            case 16:
                var (delivery, settlement) = (Any(_deliveries), new OutboxSettlement((OutboxSettlementKind)_random.Next(4)) { Attempt = _random.Next(2) == 0 ? null : _random.Next(1, 4) });
                return async f => await f.Store.SettleOutboxAsync(delivery, settlement, default);
            case 21 when _random.Next(2) == 0:
                var dead = _random.Next(2) == 0;
                // When a session counts as ended that has expired is each store's own, and with it when its rows are anybody's.
                return async f => (await f.Tenant.ListOutboxAsync(dead, null, 50, default)).Items.Select(static item => item with { Due = default });
            case 21:
                var buried = Any(_deliveries);
                return async f => await f.Tenant.ResendAsync(buried, default);
            case 17:
                var branch = _random.Next(2) == 0 ? Rewind(thread) : Fork(thread);
                return branch;
            case 18:
                return async f => (await f.Tenant.ListThreadsAsync(null, 10, default)).Items;
            case 19:
                var filter = new ExecutionFilter { Status = _random.Next(2) == 0 ? ExecutionStatus.Pending : null };
                return async f => (await f.Tenant.ListExecutionsAsync(filter, null, 50, default)).Items;
            case 20:
                return async f => await f.Tenant.ReadAsync(thread, 1, 1000, default);
            default:
                _lastAppend = _lastAppend is not null && _random.Next(8) == 0 ? _lastAppend : NextAppend() ?? _lastAppend;
                var append = _lastAppend;
                return async f => append is null ? null : await f.Store.AppendAsync(append, default);
        }
    }

    private Func<StoreFixture, Task<object?>> Fork(string thread)
    {
        var target = $"t{_random.Next(8)}";
        var request = new ForkRequest
        {
            Source = thread,
            Target = target,
            Position = _random.Next(1, 6),
            Entry = Entry(null),
            Continues = Continuation(target),
        };
        return async f => await f.Tenant.ForkAsync(request, default);
    }

    private Func<StoreFixture, Task<object?>> Rewind(string thread)
    {
        var expectedPosition = _next.GetValueOrDefault(StoreFixture.Key(thread), 1) - 1;
        var request = new RewindRequest { Thread = thread, Expected = expectedPosition, Entry = Entry(null), Continues = Continuation(thread) };
        return async f => await f.Tenant.RewindAsync(request, default);
    }

    private Submission? Continuation(string thread)
    {
        if (_random.Next(2) == 0)
            return null;
        var submission = NextSubmission(thread, default) with { IdempotencyKey = null };
        _executions.Add(submission.Id);
        return submission;
    }

    private Submission NextSubmission(string thread, SessionId session) => new()
    {
        Id = _random.Next(10) == 0 ? Any(_executions) : new ExecutionId(_ids.Next()),
        Thread = thread,
        Agent = "a",
        Definition = StoreFixture.Definition,
        Input = StoreFixture.Bytes("i"),
        IdempotencyKey = _random.Next(4) == 0 ? $"k{_random.Next(10)}" : null,
        Priority = _random.Next(10),
        Held = _random.Next(5) == 0,
        WhenBusy = _random.Next(2) == 0 ? null : (BusyStrategy)_random.Next(4),
        LeaseTo = _random.Next(3) == 0 ? expected.TakeFor(session) : null,
    };

    private Signal[] NextSignals() => [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => new Signal
    {
        Kind = (SignalKind)_random.Next(2, 8),
        Execution = _random.Next(3) == 0 ? null : Any(_executions),
        Key = $"s{_random.Next(30)}",
        Body = StoreFixture.Bytes($"{_random.Next(2)}"),
    })];

    private AppendRequest? NextAppend()
    {
        if (_leases.Count == 0)
            return null;
        var lease = _leases[^_random.Next(1, Math.Min(_leases.Count, 6) + 1)];
        var execution = lease.Current?.Id ?? Any(_executions);
        var hasChange = _random.Next(2) == 0;
        return new AppendRequest
        {
            Thread = lease.Thread,
            Epoch = lease.Epoch,
            Position = _next[lease.Thread] + (_random.Next(15) == 0 ? 1 : 0),
            Entries = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Entry(execution))],
            SeenSignal = lease.SignalNumber + _random.Next(3),
            Consumed = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => _random.NextInt64(1, 8))],
            Executions = hasChange ? [new ExecutionChange { Execution = execution, Status = (ExecutionStatus)_random.Next(7), Tokens = _random.Next(9) }] : [],
            Outbox = _random.Next(4) == 0 ? [new OutboxRow(_ids.Next(), $"d{_random.Next(2)}", StoreFixture.Bytes("o")) { Group = _random.Next(2) == 0 ? null : "g" }] : [],
            Lease = (LeaseChange)Math.Max(0, _random.Next(5) - 2),
            Due = _random.Next(2) == 0 ? null : expected.Clock.GetUtcNow().AddSeconds(_random.Next(10)),
            IsStep = _random.Next(2) == 0,
        };
    }

    private EncodedEntry Entry(ExecutionId? execution) => new(_ids.Next(), execution, StoreFixture.Bytes($"{_random.Next()}\0"));

    private T Any<T>(List<T> items)
        where T : struct => items.Count == 0 ? default : items[_random.Next(items.Count)];
}
