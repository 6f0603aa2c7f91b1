using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>What of an inbox is read.</summary>
/// <remarks>In PostgreSQL: <c>InboxReading</c>'s statement.</remarks>
internal static class InboxRule
{
    /// <summary>A page: the calls, and between them the one input that may be read.</summary>
    /// <param name="calls">Unconsumed signals that are no inputs, by number.</param>
    /// <param name="input">The input of the execution that may begin.</param>
    /// <param name="signalNumber">The thread's signal number.</param>
    public static InboxPage Page(IEnumerable<InboxSignal> calls, InboxSignal? input, long signalNumber)
    {
        var (signals, bytes) = (new List<InboxSignal>(), 0L);
        foreach (var signal in Merge(calls, input))
        {
            if (signals.Count == StorageLimits.MaxItems || bytes >= InboxPage.MaxBytes)
                return new InboxPage(signals, signalNumber, IsMore: true);
            signals.Add(signal);
            bytes += signal.Body.Length;
        }

        return new InboxPage(signals, signalNumber, IsMore: false);
    }

    private static IEnumerable<InboxSignal> Merge(IEnumerable<InboxSignal> calls, InboxSignal? input)
    {
        foreach (var call in calls)
        {
            if (input is not null && input.Number < call.Number)
            {
                yield return input;
                input = null;
            }

            yield return call;
        }

        if (input is not null)
            yield return input;
    }
}
