using System.Collections.Concurrent;
using Actant.Executions;
using Actant.Storage;

namespace Actant.Nats;

/// <summary>
/// How long the messages of stored executions are held: until they end or sleep, so that a scaler sees the work. One that waits for its thread, its tenant's
/// turn or a slot is held no longer than a moment: the store has it, and what waits there must not keep others from being taken.
/// </summary>
/// <param name="engine">Who executes.</param>
/// <param name="time">The clock.</param>
internal sealed class JobHold(ActantEngine engine, TimeProvider time)
{
    private const int MostOfTenant = 256;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_storePause = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<TenantId, int> _held = [];

    /// <summary>Waits until the message is not needed any more.</summary>
    public async Task WaitAsync(TenantId tenant, ExecutionId id, CancellationToken cancellationToken)
    {
        try
        {
            if (_held.AddOrUpdate(tenant, 1, static (_, held) => held + 1) <= Math.Max(MostOfTenant, engine.Options.MaxConcurrentExecutions))
            {
                await EndAsync(engine.For(tenant), id, cancellationToken);
            }
        }
        finally
        {
            _held.AddOrUpdate(tenant, 0, static (_, held) => held - 1);
        }
    }

    private async Task EndAsync(ExecutionClient client, ExecutionId id, CancellationToken cancellationToken)
    {
        for (var hasBegun = false; ;)
        {
            try
            {
                if (hasBegun || await BeginsAsync(client, id, cancellationToken))
                {
                    hasBegun = true;
                    await client.WaitAsync(id, cancellationToken);
                }

                return;
            }
            catch (KeyNotFoundException)
            {
                // Somebody deleted it.
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(s_storePause, time, cancellationToken);
            }
        }
    }

    /// <summary>Whether it began in time, and goes on.</summary>
    private async Task<bool> BeginsAsync(ExecutionClient client, ExecutionId id, CancellationToken cancellationToken)
    {
        using var clock = new CancellationTokenSource(s_patience, time);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            await client.WaitAsync(id, late.Token);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (await client.GetRecordAsync(id, cancellationToken))?.Status == ExecutionStatus.Running;
        }
    }
}
