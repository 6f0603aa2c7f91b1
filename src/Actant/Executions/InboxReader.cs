using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>What waits in the inbox of a thread for an execution.</summary>
internal sealed class InboxReader(TenantScope scope)
{
    /// <summary>The questions of an execution whose answers nobody has taken up, and whether it is about to be cancelled.</summary>
    public async Task<(HashSet<string> Answered, bool IsCancelled)> ReadAsync(ExecutionRecord record, CancellationToken cancellationToken)
    {
        var answered = new HashSet<string>(StringComparer.Ordinal);
        InboxPage page;
        var after = 0L;
        do
        {
            page = await scope.Services.Store.ReadInboxAsync(record.Thread, after, cancellationToken);
            foreach (var signal in page.Signals)
            {
                after = signal.Number;
                if (signal.Kind == SignalKind.Cancel && (signal.Execution is null || signal.Execution == record.Id))
                {
                    return (answered, true);
                }

                if (signal.Kind == SignalKind.Decision && signal.Execution == record.Id)
                {
                    answered.Add(Decision.Read(signal.Body)?.InterruptId ?? "");
                }
            }
        }
        while (page.IsMore && page.Signals.Count > 0);
        return (answered, false);
    }
}
