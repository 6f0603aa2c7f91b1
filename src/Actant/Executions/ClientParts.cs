using Actant.Storage;

namespace Actant.Executions;

/// <summary>What does the work of a tenant's clients, whoever asks: made once for each tenant.</summary>
internal sealed class ClientParts
{
    private readonly TenantScope _scope;

    public ClientParts(TenantScope scope)
    {
        _scope = scope;
        var (inbox, writer, filters) = (new InboxReader(scope), new BranchWriter(scope), new IncomingFilters(scope));
        Results = new ResultReader(scope, inbox);
        Waiter = new ExecutionWaiter(scope, Results, inbox);
        Submitter = new Submitter(scope, new SubmissionChecks(scope), filters, Results);
        Steering = new ExecutionSteering(scope, Results, new AnswerChecks(scope), filters);
        States = new ThreadStates(scope);
        Updates = new StateUpdates(scope, filters);
        Branches = new ThreadBranches(scope, States, writer);
        Erasure = new EntryErasure(scope, writer);
        Children = new ChildDeliveries(scope, Submitter, Results);
        Deletion = new ThreadDeletion(scope, Children);
        Audit = new ToolCallAudit(scope);
    }

    public ITenantStore Store => _scope.Store;

    public Submitter Submitter { get; }

    public ResultReader Results { get; }

    public ExecutionWaiter Waiter { get; }

    public ExecutionSteering Steering { get; }

    public ThreadStates States { get; }

    public StateUpdates Updates { get; }

    public ThreadBranches Branches { get; }

    public EntryErasure Erasure { get; }

    public ChildDeliveries Children { get; }

    public ThreadDeletion Deletion { get; }

    public ToolCallAudit Audit { get; }

    /// <summary>Sends a delivery again that was given up.</summary>
    public async Task<bool> ResendAsync(Guid delivery, CancellationToken cancellationToken)
    {
        var isSent = await Store.ResendAsync(delivery, cancellationToken);
        if (isSent)
        {
            _scope.Services.Outbox.Poll();
        }

        return isSent;
    }
}
