namespace Actant.Journaling;

/// <summary>
/// The clocks of activations with a time-out: they stand still while people alone are waited for, in the activation itself or in any
/// scope inside it.
/// </summary>
internal static class NodeClocks
{
    /// <summary>A question was asked.</summary>
    public static void Ask(JournalState state, string path, string? activation, DateTimeOffset at)
    {
        foreach (var clock in Around(state, path, activation))
        {
            clock.WaitingSince ??= at;
        }
    }

    /// <summary>A branch beside a question worked until now.</summary>
    public static void Work(JournalState state, string path, string? activation, DateTimeOffset at)
    {
        foreach (var clock in Around(state, path, activation).Where(static clock => clock.WaitingSince is not null))
        {
            clock.WaitingSince = at;
        }
    }

    /// <summary>A question was answered, or nobody waits for its answer any more.</summary>
    public static void Answer(JournalState state, InterruptState answered, DateTimeOffset at)
    {
        foreach (var (path, name, clock) in Named(state, answered.Path, answered.Activation))
        {
            if (clock.WaitingSince is not { } since)
            {
                continue;
            }

            clock.Waited += at > since ? at - since : TimeSpan.Zero;
            var inside = ScopePath.OfNode(path, name);
            clock.WaitingSince = state.Execution!.OpenInterrupts.Any(open => open.Activation is null
                || (open.Path == path && open.Activation == name) || (open.Path.Length > 0 && ScopePath.IsAtOrBelow(open.Path, inside))) ? at : null;
        }
    }

    /// <summary>Another execution goes on from here, at another time: its activations begin anew to count.</summary>
    public static void Forget(JournalState state)
    {
        foreach (var activation in state.Scopes.Values.SelectMany(static scope => scope.Activations.Values))
        {
            (activation.Since, activation.Deadline, activation.Waited, activation.WaitingSince) = (null, null, TimeSpan.Zero, null);
            activation.Calls.ForEach(static call => call.Deadline = null);
        }
    }

    private static IEnumerable<ActivationState> Around(JournalState state, string path, string? activation) =>
        Named(state, path, activation).Select(static named => named.Clock);

    /// <summary>The clocks of an activation and of those around it, innermost first; all of them for what stops the whole execution.</summary>
    private static IEnumerable<(string Path, string Name, ActivationState Clock)> Named(JournalState state, string path, string? activation)
    {
        if (activation is null)
        {
            foreach (var (scope, inside) in state.Scopes)
            {
                foreach (var (name, clock) in inside.Activations.Where(static named => named.Value.Deadline is not null))
                {
                    yield return (scope, name, clock);
                }
            }

            yield break;
        }

        while (true)
        {
            if (state.FindActivation(path, activation) is { Deadline: not null } clock)
            {
                yield return (path, activation, clock);
            }

            if (path.Length == 0)
            {
                yield break;
            }

            (path, activation) = ScopePath.ParentOf(path);
        }
    }
}
