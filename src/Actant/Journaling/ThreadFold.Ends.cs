namespace Actant.Journaling;

/// <summary>What goes with an execution or a scope that ends.</summary>
internal static partial class ThreadFold
{
    /// <summary>The time that the other execution waited for people is not taken over: the new one has a deadline of its own.</summary>
    private static void Continue(JournalState state, Entry entry, ExecutionId? execution)
    {
        if (state.Execution is not { } open)
        {
            return;
        }

        if (execution is { } id)
        {
            open.Id = id;
            open.Waited = TimeSpan.Zero;
            open.WaitingSince = open.WaitingSince is null ? null : entry.At;
            ChildFold.ForgetOpen(open);
            NodeClocks.Forget(state);
        }
        else
        {
            CloseExecution(state);
        }
    }

    private static void CloseExecution(JournalState state)
    {
        state.Execution = null;
        CloseScopes(state, "", default);
        state.Root.CloseExecution();
    }

    /// <summary>Of what its activations asked, only the ends of unsafe calls still matter.</summary>
    private static void Apply(JournalState state, Entry entry, CallReported reported)
    {
        if (entry.Activation is not { } activation || state.FindCall(entry.Path, activation, reported.CallId) is not { IsOpen: true } call || call.Attempt != entry.Attempt)
        {
            return;
        }

        call.Report = reported.Report;
        if (reported.Interrupt is { } question && state.Execution?.Interrupts.Find(asked => asked.Interrupt.Id == question.Id) is { IsAnswered: false } open)
        {
            open.Interrupt = question;
        }
    }

    private static void Apply(JournalState state, Entry entry, ScopeClosing closing)
    {
        var scope = new ClosingScope(entry.Path, entry.Activation, closing.Failure);
        (Execution(state, entry).Closings ??= []).Add(scope);
        Withdraw(
            state,
            question => question.Activation is { } asking && scope.Contains(question.Path, asking) && question.Interrupt.Reason != InterruptReasons.ToolOutcomeUnknown,
            entry.At);
    }

    private static void Closed(JournalState state, Predicate<ClosingScope> which)
    {
        if (state.Execution is { Closings: { } closings } execution && closings.RemoveAll(which) > 0 && closings.Count == 0)
        {
            execution.Closings = null;
        }
    }

    /// <summary>What an activation that has ended still asked.</summary>
    private static void WithdrawOf(JournalState state, Entry entry) =>
        Withdraw(state, interrupt => interrupt.Path == entry.Path && interrupt.Activation == entry.Activation, entry.At);

    /// <summary>Forgets questions: nobody waits for their answers any more.</summary>
    private static void Withdraw(JournalState state, Predicate<InterruptState> which, DateTimeOffset at)
    {
        if (state.Execution is not { Interrupts.Count: > 0 } execution || execution.Interrupts.FindAll(which) is not { Count: > 0 } withdrawn)
        {
            return;
        }

        execution.Interrupts.RemoveAll(which);
        if (withdrawn.Exists(static question => !question.IsAnswered))
        {
            EndWaiting(execution, at);
            withdrawn.FindAll(static question => !question.IsAnswered).ForEach(question => NodeClocks.Answer(state, question, at));
        }
    }

    /// <summary>
    /// Forgets the scopes at and below a path, with their questions: nobody waits for the answers any more, and a later call of
    /// the same id must ask anew. The thread's own scope stays.
    /// </summary>
    private static void CloseScopes(JournalState state, string path, DateTimeOffset at)
    {
        if (path.Length > 0)
        {
            Withdraw(state, interrupt => interrupt.Path.Length > 0 && ScopePath.IsAtOrBelow(interrupt.Path, path), at);
            Closed(state, closing => closing.Path.Length > 0 && ScopePath.IsAtOrBelow(closing.Path, path));
            ChildFold.Forget(state.Execution, path);
        }

        if (state.Scopes.Count == 1)
        {
            return;
        }

        foreach (var inner in state.Scopes.Keys.Where(inner => inner.Length > 0 && ScopePath.IsAtOrBelow(inner, path)).ToList())
        {
            state.Scopes.Remove(inner);
        }
    }
}
