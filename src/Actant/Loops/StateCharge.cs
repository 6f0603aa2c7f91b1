namespace Actant.Loops;

/// <summary>
/// What the state of one thread is charged with while a loop holds it. Steps of a mebibyte: of what is smaller nothing is counted, and most executions
/// never come to the budget. Used by one loop.
/// </summary>
internal sealed class StateCharge(TenantBudget budget, TenantId tenant) : IDisposable
{
    private const long Step = 1024 * 1024;

    private long _held;

    /// <summary>Charges the size that a state has, or has come back to; what came of it where it has grown.</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="isThere">It is in memory already, whatever there is room for: it was folded from the journal.</param>
    public TenantBudget.Outcome Set(long bytes, bool isThere = false)
    {
        var due = bytes / Step * Step;
        if (due == _held)
        {
            return TenantBudget.Outcome.Taken;
        }

        if (due < _held)
        {
            budget.Give(tenant, _held - due);
        }
        else if (isThere)
        {
            budget.Take(tenant, due - _held);
        }
        else if (budget.TryTake(tenant, due - _held) is not TenantBudget.Outcome.Taken and var full)
        {
            return full;
        }

        _held = due;
        return TenantBudget.Outcome.Taken;
    }

    public void Dispose()
    {
        budget.Give(tenant, _held);
        _held = 0;
    }
}
