using Actant.Access;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Executions;

public sealed partial class ExecutionClient
{
    /// <summary>
    /// The tool calls of a page of executions, newest execution first and its calls in their order: a view of the journal, so every
    /// call that was ever stored is in it.
    /// </summary>
    /// <param name="filter">Of which executions.</param>
    /// <param name="cursor">Where the page begins.</param>
    /// <param name="limit">How many executions a page covers; it has as many calls as they made.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Page<AuditedCall>> AuditAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var executions = await _store.ListExecutionsAsync(filter, cursor, limit, cancellationToken);
        var calls = new List<AuditedCall>();
        foreach (var execution in executions.Items)
        {
            calls.AddRange(await CallsOfAsync(execution, cancellationToken));
        }

        return new Page<AuditedCall>(calls, executions.Cursor);
    }

    private async Task<IEnumerable<AuditedCall>> CallsOfAsync(ExecutionRecord execution, CancellationToken cancellationToken)
    {
        var calls = new List<AuditedCall>();
        var open = new Dictionary<(string Where, string CallId), int>();
        SecurityContext? security = null;
        var last = execution.EndPosition ?? long.MaxValue;
        var entries = _services.Loader.ReadAllAsync(execution.Thread, execution.StartPosition ?? long.MaxValue, last, cancellationToken);
        await foreach (var entry in entries.Where(entry => entry.Execution == execution.Id))
        {
            switch (entry.Payload)
            {
                case InputReceived { Security: { } given } when entry.Path.Length == 0:
                    security = given;
                    break;
                case Forked or Rewound:
                    // It goes on as somebody else began.
                    security = (await _services.Loader.LoadAsync(execution.Thread, entry.Position, cancellationToken)).Execution?.Security;
                    break;
                case ToolStarted started:
                    Note(entry, started.CallId, started.Tool, call => call with { Class = started.Class, StartedAt = entry.At, FinishedAt = null });
                    break;
                case ToolFinished ended:
                    Note(entry, ended.CallId, ended.Tool, call => call with
                    {
                        FinishedAt = entry.At,
                        DurationMs = ended.DurationMs,
                        Failure = ended.Failure,
                        ByPerson = ended.ByPerson,
                    });
                    break;
            }
        }

        return calls.Select(call => call with { Security = security });

        void Note(Entry entry, string id, string tool, Func<AuditedCall, AuditedCall> change)
        {
            var where = ScopePath.OfNode(entry.Path, entry.Activation!);
            if (!open.TryGetValue((where, id), out var index) || calls[index].FinishedAt is not null)
            {
                // Where one of that id has ended, this is another one: vendors use ids again, and behaviour 1 took them over.
                open[(where, id)] = index = calls.Count;
                calls.Add(new AuditedCall { Execution = execution, Activation = where, CallId = id, Tool = tool, Attempt = entry.Attempt });
            }

            calls[index] = change(calls[index]) with { Attempt = entry.Attempt };
        }
    }
}
