using Actant.DurableStores;
using Actant.Storage;

namespace Actant.Postgres;

internal sealed class SubmitCall(
    TenantId tenant, int number, IReadOnlyList<Submission> submissions, List<long?> accepters, List<Guid> takenIds) : QueuedWrite<SubmitResult[]>
{
    public TenantId Tenant => tenant;

    public int Number => number;

    public IReadOnlyList<Submission> Submissions => submissions;

    /// <summary>The numbers of the accepting nodes' sessions.</summary>
    public List<long?> Accepters => accepters;

    /// <summary>An id for each submission that asks for a lease, in order.</summary>
    public List<Guid> TakenIds => takenIds;

    /// <summary>The answers, as they come in.</summary>
    public SubmitResult[] Results { get; } = new SubmitResult[submissions.Count];
}
