using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>Counts in Redis itself, for those who read them there: how many executions of a tenant ended, how, and how long they took.</summary>
internal sealed class ExecutionMetrics(DomainActionLink link)
{
    // Of a tenant that does nothing any more nothing is kept.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    /// <summary>An execution has ended.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="status">How.</param>
    /// <param name="tookMs">How long it took, if it began.</param>
    /// <exception cref="RedisException">The server did not take it.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task AddAsync(TenantId tenant, string status, long? tookMs)
    {
        RedisKey key = $"execution_metrics:{tenant.Value}";
        var batch = link.Database.CreateBatch();
        List<Task> all =
        [
            batch.HashIncrementAsync(key, "total_executions"),
            batch.HashIncrementAsync(key, $"status:{status}"),
            .. tookMs is { } took
                ? new Task[] { batch.HashIncrementAsync(key, "execution_time_ms:total", took), batch.HashIncrementAsync(key, "execution_time_ms:count"), batch.HashSetAsync(key, "execution_time_ms:last", took) }
                : [],
            batch.KeyExpireAsync(key, s_lifetime),
        ];
        batch.Execute();
        await Task.WhenAll(all);
    }
}
