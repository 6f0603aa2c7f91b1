using Actant.DurableStores;
using Actant.Storage;

namespace Actant.Postgres;

internal sealed class AppendCall(int tenant, AppendRequest request) : QueuedWrite<AppendResult>
{
    public int Tenant => tenant;

    public AppendRequest Request => request;

    /// <summary>Whether nothing but the open execution changes, and what is consumed are signals one after the other.</summary>
    public bool IsOrdinary { get; } = request.Outbox.Count == 0 && request.Needs.Count == 0 && AreInARow(request.Consumed)
        && (request.Executions.Count == 0 || (request.Executions.Count == 1 && request.Executions[0].Status != ExecutionStatus.Pending));

    /// <summary>Whether an ordinary append ends the open execution.</summary>
    public bool Ends => request.Executions.Count == 1 && request.Executions[0].Status.IsEnd();

    private static bool AreInARow(IReadOnlyList<long> numbers)
    {
        for (var i = 1; i < numbers.Count; i++)
        {
            if (numbers[i] != numbers[i - 1] + 1)
                return false;
        }

        return true;
    }
}
