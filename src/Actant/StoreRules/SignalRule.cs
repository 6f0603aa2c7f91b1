using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Signals: all of a call are stored, or none.</summary>
/// <remarks>In PostgreSQL: <c>actant_signal</c>.</remarks>
internal static class SignalRule
{
    /// <summary>The signals whose keys are not known, each once and in order; <c>null</c> when a key is known with another body.</summary>
    /// <param name="signals">The signals.</param>
    /// <param name="isSame">Whether a key stands for the same body; <c>null</c> when it is not known.</param>
    public static List<Signal>? NewOnes(IReadOnlyList<Signal> signals, Func<Signal, bool?> isSame)
    {
        var (fresh, byKey) = (new List<Signal>(signals.Count), new Dictionary<string, Signal>());
        foreach (var signal in signals)
        {
            var same = byKey.TryGetValue(signal.Key, out var earlier) ? earlier.Body.Span.SequenceEqual(signal.Body.Span) : isSame(signal);
            if (same == false)
                return null;
            if (same is not null)
                continue;
            byKey.Add(signal.Key, signal);
            fresh.Add(signal);
        }

        return fresh;
    }

    /// <summary>Why a signal to an execution is refused.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="named">The execution that the signal names, if there is such a one.</param>
    public static SignalOutcome? Refuse(ThreadRow thread, ExecutionRow? named)
    {
        if (named is null || named.Thread != thread.Number)
            return SignalOutcome.NotFound;
        return named.Record.Status.IsEnd() ? SignalOutcome.ExecutionEnded : null;
    }

    /// <summary>The number of the execution that a signal cancels.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="named">The number of the execution that it names.</param>
    public static long? Cancels(ThreadRow thread, Signal signal, long? named) =>
        signal.Kind == SignalKind.Cancel ? named ?? thread.Place.Current : null;
}
