using System.Globalization;

namespace Actant.Loops;

/// <summary>What the states of all executions that run in this process may hold together, and those of one tenant half of it.</summary>
internal sealed class StateMemory(long most)
{
    /// <summary>The code of what would hold more.</summary>
    public const string Full = "state_memory_full";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TenantBudget _budget = new(most / 2, most);

    /// <summary>Bytes that are counted.</summary>
    public long Held => _budget.Held;

    /// <summary>What one thread holds, nothing at first.</summary>
    public StateCharge Enter(TenantId tenant) => new(_budget, tenant);

    /// <summary>
    /// Waits a while for room for what is about to be folded. <c>false</c>: there is none yet. What is smaller than a mebibyte, and so not counted, never waits.
    /// </summary>
    /// <param name="charge">Whose.</param>
    /// <param name="bytes">What is stored of it; more than a tenant may hold counts as that.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<bool> WaitAsync(StateCharge charge, long bytes, TimeProvider time, CancellationToken cancellationToken)
    {
        var due = Math.Min(bytes, most / 2);
        for (var waited = TimeSpan.Zero; charge.Set(due) is not TenantBudget.Outcome.Taken; waited += s_pause)
        {
            if (waited >= s_patience)
            {
                return false;
            }

            await Task.Delay(s_pause, time, cancellationToken);
        }

        return true;
    }

    /// <summary>Why a state may not grow.</summary>
    public Failure WhyNot(TenantBudget.Outcome outcome)
    {
        var bytes = (outcome == TenantBudget.Outcome.TenantFull ? most / 2 : most).ToString(CultureInfo.InvariantCulture);
        return new Failure
        {
            Code = Full,
            Message = outcome == TenantBudget.Outcome.TenantFull
                ? $"The states of the tenant's executions that run on this node would hold more than {bytes} bytes together. Keep less in the state, or run fewer at once."
                : $"The states of all executions that run on this node would hold more than {bytes} bytes together. Try it again when fewer run.",
        };
    }
}
