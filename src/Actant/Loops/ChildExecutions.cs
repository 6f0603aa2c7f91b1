using Actant.Graphs;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Outbox;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>
/// Starts executions on threads of their own, and takes their ends in. Nothing here touches the other thread: what it is to do leaves with the
/// commit, and what became of it comes as a signal. A child that nobody waits for any more is cancelled with the entry that says so
/// (<see cref="LoopJournal.TakeAbandoned"/>), whatever it is.
/// </summary>
internal sealed class ChildExecutions(LeasedThread thread, LoopJournal journal, PendingCommit pending, OpenScopes scopes, LoopClock clock, ScopeTree tree)
{
    /// <summary>Starts the child of an activation, which waits for its end.</summary>
    public void Start(ScopeRun run, Activation activation, ActivationView view, Move.Start start)
    {
        if (ExecutionLimits.OverTokens(journal.Execution!, thread.Tier, ScopePath.OfNode(run.Path, activation.Name)) is { } over)
        {
            // What its children used counts here too: a loop of children is no way around the limit.
            tree.Fail(over);
            return;
        }

        if (FaultOf(run, activation, start) is { } fault)
        {
            tree.Finish(run, activation, NodeOutcome.Failed(view.Failure(fault.Code, fault.Message)));
            return;
        }

        var execution = journal.Execution!;
        var child = new ExecutionId(thread.Services.Ids.Next());
        var entry = journal.Write(
            new ChildStarted
            {
                Child = child,
                Thread = child.ToString(),
                Node = start.Node,
                Input = start.Input,
                Security = execution.Security,
                Principal = execution.Principal,
                Deadline = clock.Deadline ?? thread.Record?.Deadline,
            },
            run.Path,
            activation.Name);
        pending.Send(entry, child.ToString(), child, DeliveryNote.ChildStart);
        pending.RequireStored();
    }

    /// <summary>A child has ended: whoever waits for it goes on.</summary>
    public void End(InboxSignal signal)
    {
        pending.Consume(signal);
        if (journal.Execution is not { } execution || execution.Id != signal.Execution)
        {
            return;
        }

        if (ChildEnd.Read(signal.Body) is not { } ended)
        {
            // It is not said again: the key that makes it one end is known.
            tree.Fail(SignalBody.Failure("The end of a child of this execution"));
            return;
        }

        if (execution.OpenChildren.FirstOrDefault(child => child.Child == ended.Child) is { } child)
        {
            journal.Write(ended, child.Path, child.Activation);
            pending.RequireStep();
            scopes.EnqueueAll((path, activation) => path == child.Path && activation == child.Activation);
        }
    }

    private (string Code, string Message)? FaultOf(ScopeRun run, Activation activation, Move.Start start) =>
        tree.IsTooDeep(ScopePath.OfNode(run.Path, activation.Name)) ? (ScopeTree.DepthLimit, tree.TooDeep)
        : journal.Execution!.StartedChildren >= ExecutionLimits.MaxChildren
            ? ("child_limit", $"One execution starts at most {ExecutionLimits.MaxChildren:N0} children. Let fewer nodes `spawn`.")
        : JsonValues.BytesOf(start.Input) > ExecutionLimits.MaxChildInputBytes
            ? (ValueErrors.TooLarge, $"The input of a child has {JsonValues.BytesOf(start.Input)} bytes; at most {ExecutionLimits.MaxChildInputBytes} are possible.")
        : null;
}
