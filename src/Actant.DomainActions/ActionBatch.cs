using Actant.Api;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>
/// Takes some messages of one queue, handles them and settles all of them in one step. Meanwhile nobody else takes from that queue, so that what is of one
/// thread is stored in the order in which it came.
/// </summary>
internal sealed partial class ActionBatch(DomainActionOptions options, DomainActionLink link, ActionHandling handling, ActionMeter meter, TimeProvider time, ILogger log)
{
    // What may be in memory of one queue, beyond the first message.
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(3);

    private readonly string _session = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.CreateVersion7(time.GetUtcNow()):N}";
    private long _count;

    /// <summary>What came of one.</summary>
    /// <param name="Taken">How many messages there were.</param>
    /// <param name="IsHeld">Whether another one takes from the queue now.</param>
    /// <param name="PutBack">Whether some could not be handled now.</param>
    /// <param name="HeldBack">Tenants whose messages are held back.</param>
    internal sealed record Outcome(int Taken, bool IsHeld, bool PutBack, IReadOnlySet<string> HeldBack);

    /// <summary>Takes, handles and settles.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">The process stops: what was not begun is put back.</param>
    /// <exception cref="RedisException">The server is away.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task<Outcome> RunAsync(ActionQueue queue, int count, CancellationToken cancellationToken)
    {
        var token = $"{_session}:{Interlocked.Increment(ref _count)}";
        var taken = (RedisResult[])(await link.Database.ScriptEvaluateAsync(QueueScripts.Take, queue.Keys, TakeArguments(queue, token, count)))!;
        if ((int)taken[0] == 0)
        {
            return new Outcome(0, IsHeld: true, PutBack: false, new HashSet<string>());
        }

        Note(queue, (int)taken[1], (int)taken[2], (int)taken[3]);
        var heldBack = ((string[])taken[4]!).ToHashSet(StringComparer.Ordinal);
        var messages = (byte[][])taken[5]!;
        if (messages.Length == 0)
        {
            return new Outcome(0, IsHeld: false, PutBack: false, heldBack);
        }

        using var keeping = new CancellationTokenSource();
        var kept = KeepAsync(queue, token, keeping.Token);
        Verdict[] verdicts;
        try
        {
            verdicts = await HandleAsync(queue, messages, heldBack, cancellationToken);
        }
        finally
        {
            await keeping.CancelAsync();
            await kept;
        }

        await SettleAsync(queue, token, verdicts, cancellationToken);
        heldBack.UnionWith(verdicts.Where(static verdict => verdict.Kind == 'p').Select(static verdict => verdict.Detail!));
        return new Outcome(messages.Length, IsHeld: false, verdicts.Any(static verdict => verdict.Kind == 'b'), heldBack);
    }

    private RedisValue[] TakeArguments(ActionQueue queue, string token, int count)
    {
        var now = time.GetUtcNow();
        var tooLarge = AnswerWriter.Reason(CommandDocument.TooLarge(), now);
        var worn = AnswerWriter.Reason(new Refusal(DomainActionErrors.TooManyTries, $"Processes that had nothing else of this queue died {options.MaxTries} times, and nothing of it was stored."), now);
        return
        [
            token, (long)options.Lease.TotalMilliseconds, count, CommandDocument.MaxBytes, MostBytes, options.DeadBytes, tooLarge, options.MaxTries, worn, queue.HeldBack?.Value ?? "",
        ];
    }

    private void Note(ActionQueue queue, int over, int large, int worn)
    {
        meter.AddTakenOver(over);
        meter.Add(null, "dead", large + worn);
        if (over > 0)
        {
            LogTakenOver(log, over, queue.Name);
        }

        if (large + worn > 0)
        {
            LogDead(log, large + worn, queue.Name);
        }
    }

    /// <summary>Those of one thread one after the other, all others beside each other.</summary>
    private async Task<Verdict[]> HandleAsync(ActionQueue queue, byte[][] messages, HashSet<string> heldBack, CancellationToken cancellationToken)
    {
        var actions = messages.Select(static message => DomainAction.Read(message)).ToArray();
        var verdicts = new Verdict[messages.Length];
        var groups = Enumerable.Range(0, messages.Length).GroupBy(index => actions[index] is { Tenant: { } tenant, Session: { } session } ? $"{tenant.Value} {session}" : $"{index}");
        await Task.WhenAll(groups.Select(group => Task.Run(() => HandleGroupAsync(group), CancellationToken.None)));
        return verdicts;

        async Task HandleGroupAsync(IEnumerable<int> group)
        {
            Verdict? before = null;
            foreach (var index in group)
            {
                var action = actions[index];
                verdicts[index] = before
                    ?? (cancellationToken.IsCancellationRequested ? Verdict.Back
                    : queue.HeldBack is null && action is { Type: ActionTypes.AgentRun, Tenant: { } tenant } && heldBack.Contains(tenant.Value) ? Verdict.HeldBack(tenant)
                    : await handling.HandleAsync(queue, action, messages[index].Length, cancellationToken));
                before = verdicts[index].HoldsUp ? verdicts[index] : null;
            }
        }
    }

    private async Task SettleAsync(ActionQueue queue, string token, Verdict[] verdicts, CancellationToken cancellationToken)
    {
        var lists = verdicts.Where(static verdict => verdict.Kind == 'p').Select(static verdict => verdict.Detail!).Distinct(StringComparer.Ordinal).ToList();
        RedisKey[] keys = [.. queue.Keys, .. lists.Select(tenant => (RedisKey)queue.ListOf(new TenantId(tenant)))];
        List<RedisValue> arguments = [token, options.DeadBytes, queue.HeldBack?.Value ?? "", string.Concat(verdicts.Select(static verdict => verdict.Kind))];
        foreach (var verdict in verdicts)
        {
            if (verdict.Kind == 'x')
            {
                arguments.Add(verdict.Detail!);
            }
            else if (verdict.Kind == 'p')
            {
                arguments.AddRange([lists.IndexOf(verdict.Detail!) + 1, verdict.Detail!]);
            }
        }

        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                if ((int)await link.Database.ScriptEvaluateAsync(QueueScripts.Finish, keys, [.. arguments]) == 0)
                {
                    // What was stored is known when it comes again.
                    LogLost(log, verdicts.Length, queue.Name);
                }

                meter.Add(ActionTypes.AgentRun, "returned", verdicts.Count(static verdict => verdict.Kind == 'b'));
                meter.Add(ActionTypes.AgentRun, "held_back", verdicts.Count(static verdict => verdict.Kind == 'p'));
                return;
            }
            catch (Exception exception) when (DomainActionLink.IsAway(exception) && time.GetElapsedTime(started) < (cancellationToken.IsCancellationRequested ? s_farewell : options.Lease))
            {
                await link.WaitAsync(CancellationToken.None);
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, CancellationToken.None);
            }
        }
    }

    /// <summary>Until all is settled it is ours.</summary>
    private async Task KeepAsync(ActionQueue queue, string token, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.Lease / 3, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await link.Database.ScriptEvaluateAsync(QueueScripts.Renew, [queue.Owner], [token, (long)options.Lease.TotalMilliseconds]);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                LogNotKept(log, queue.Name, exception.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 6421, Level = LogLevel.Information, Message = "{Count} actions of {Queue} were taken over: whoever had them is gone, or was silent")]
    private static partial void LogTakenOver(ILogger logger, int count, string queue);

    [LoggerMessage(EventId = 6422, Level = LogLevel.Warning, Message = "{Count} actions of {Queue} are given up: too large, or processes died with them")]
    private static partial void LogDead(ILogger logger, int count, string queue);

    [LoggerMessage(EventId = 6423, Level = LogLevel.Warning, Message = "{Count} actions of {Queue} were taken over by another node meanwhile; what is stored of them is known there")]
    private static partial void LogLost(ILogger logger, int count, string queue);

    [LoggerMessage(EventId = 6424, Level = LogLevel.Warning, Message = "What was taken of {Queue} could not be kept ({Reason})")]
    private static partial void LogNotKept(ILogger logger, string queue, string reason);
}
