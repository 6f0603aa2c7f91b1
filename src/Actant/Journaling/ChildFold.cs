namespace Actant.Journaling;

/// <summary>The children that an execution's activations wait for.</summary>
internal static class ChildFold
{
    /// <summary>One was started.</summary>
    public static void Apply(ExecutionState execution, Entry entry, ChildStarted started)
    {
        execution.StartedChildren++;
        (execution.Children ??= []).Add(new ChildState { Child = started.Child, Thread = started.Thread, Path = entry.Path, Activation = entry.Activation! });
    }

    /// <summary>One has ended: what it used counts here too.</summary>
    public static void Apply(ExecutionState execution, ChildEnded ended)
    {
        execution.Usage += ended.Usage;
        execution.CostUsd += ended.CostUsd;
        if (execution.Children?.Find(child => child.Child == ended.Child) is { } child)
        {
            child.Ended = ended;
        }
    }

    /// <summary>Those of a run of a node that is over.</summary>
    public static void Forget(ExecutionState execution, Entry finished) =>
        Forget(execution, child => child.Path == finished.Path && child.Activation == finished.Activation);

    /// <summary>Those of all that lies at or below a scope.</summary>
    public static void Forget(ExecutionState? execution, string path) => Forget(execution, child => child.Path.Length > 0 && ScopePath.IsAtOrBelow(child.Path, path));

    /// <summary>Those that know nothing of the execution that goes on from here: it starts its own.</summary>
    public static void ForgetOpen(ExecutionState execution) => Forget(execution, static child => child.Ended is null);

    private static void Forget(ExecutionState? execution, Predicate<ChildState> which)
    {
        if (execution?.Children is { } children && children.RemoveAll(which) > 0 && children.Count == 0)
        {
            execution.Children = null;
        }
    }
}
