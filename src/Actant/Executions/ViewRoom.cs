using Actant.Loops;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>
/// Takes room in the memory of states for a look at a thread, before it is read: by what is stored of it, and no more than its state may have.
/// </summary>
internal static class ViewRoom
{
    /// <summary>Room until it is disposed of; none for a thread that is small, or is not there.</summary>
    /// <exception cref="MemoryFullException">There was none for some seconds.</exception>
    public static async ValueTask<StateCharge> EnterAsync(TenantScope scope, string thread, CancellationToken cancellationToken) =>
        await EnterAsync(scope, await scope.Store.GetThreadAsync(thread, cancellationToken), cancellationToken);

    /// <inheritdoc cref="EnterAsync(TenantScope, string, CancellationToken)" />
    public static async ValueTask<StateCharge> EnterAsync(TenantScope scope, ThreadRecord? thread, CancellationToken cancellationToken)
    {
        var (memory, charge) = (scope.Services.Memory, scope.Services.Memory.Enter(scope.Tenant));
        var bytes = Math.Min(thread?.Bytes ?? 0, ExecutionLimits.CeilingOfState(scope.Tier));
        try
        {
            return await memory.WaitAsync(charge, bytes, scope.Services.Time, cancellationToken)
                ? charge
                : throw new MemoryFullException(
                    $"The thread has {bytes} bytes, and for so much there is no room in memory beside the states of what runs and is looked at here. Try again in a moment, or look at fewer large threads at once.");
        }
        catch
        {
            charge.Dispose();
            throw;
        }
    }
}
