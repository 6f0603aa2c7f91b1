using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>The tool calls of executions, as their journals have them.</summary>
internal sealed class ToolCallAudit(TenantScope scope)
{
    /// <summary>The calls of a page of executions, newest execution first and its calls in their order.</summary>
    public async Task<Page<AuditedCall>> ReadAsync(ExecutionFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var executions = await scope.Store.ListExecutionsAsync(filter, cursor, limit, cancellationToken);
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
        var asked = new Dictionary<string, (string Where, Interrupt Interrupt)>(StringComparer.Ordinal);
        var decided = new Dictionary<(string Where, string CallId), List<AuditedDecision>>();
        SecurityContext? security = null;
        Principal? principal = null;
        var last = execution.EndPosition ?? long.MaxValue;
        var entries = scope.Services.Loader.ReadAllAsync(execution.Thread, execution.StartPosition ?? long.MaxValue, last, cancellationToken);
        await foreach (var entry in entries.Where(entry => entry.Execution == execution.Id))
        {
            switch (entry.Payload)
            {
                case InputReceived given when entry.Path.Length == 0:
                    security = given.Security;
                    principal = given.Principal;
                    break;
                case Forked or Rewound:
                    // It goes on as somebody else began.
                    var began = (await scope.Services.Loader.TryLoadAsync(execution.Thread, entry.Position, cancellationToken))?.Execution;
                    security = began?.Security;
                    principal = began?.Principal;
                    foreach (var waiting in (began?.OpenInterrupts ?? []).Where(waiting => waiting is { Interrupt.CallId: not null, Activation: not null }))
                    {
                        asked[waiting.Interrupt.Id] = (ScopePath.OfNode(waiting.Path, waiting.Activation!), waiting.Interrupt);
                    }

                    break;
                case Interrupted { Interrupt: { CallId: not null } question } when entry.Activation is not null:
                    asked[question.Id] = (ScopePath.OfNode(entry.Path, entry.Activation), question);
                    break;
                case Resumed resumed when asked.TryGetValue(resumed.InterruptId, out var about):
                    Decide(entry, resumed, about.Where, about.Interrupt);
                    break;
                case ToolStarted started:
                    Note(entry, started.CallId, started.Tool, call => call with { Class = started.Class, StartedAt = entry.At, FinishedAt = null });
                    break;
                case ToolFinished ended:
                    Note(entry, ended.CallId, ended.Tool, call => call with
                    {
                        // The start of a call that another agent answers has no entry of its own.
                        StartedAt = call.StartedAt ?? (ended.DurationMs > 0 ? entry.At.AddMilliseconds(-ended.DurationMs) : null),
                        FinishedAt = entry.At,
                        DurationMs = ended.DurationMs,
                        Failure = ended.Failure,
                        ByPerson = ended.ByPerson,
                    });
                    break;
            }
        }

        return calls.Select(call => call with { Security = security, Principal = principal });

        void Decide(Entry entry, Resumed resumed, string where, Interrupt question)
        {
            var decision = new AuditedDecision
            {
                InterruptId = question.Id,
                Reason = question.Reason,
                Decision = Decisions.Word(resumed.Answer),
                Principal = resumed.Principal,
                At = entry.At,
            };
            var key = (where, question.CallId!);
            if (open.TryGetValue(key, out var index) && calls[index].FinishedAt is null)
            {
                calls[index] = calls[index] with { Decisions = [.. calls[index].Decisions, decision] };
                return;
            }

            // Its call is only made now.
            if (!decided.TryGetValue(key, out var decisions))
            {
                decided[key] = decisions = [];
            }

            decisions.Add(decision);
        }

        void Note(Entry entry, string id, string tool, Func<AuditedCall, AuditedCall> change)
        {
            var where = ScopePath.OfNode(entry.Path, entry.Activation!);
            if (!open.TryGetValue((where, id), out var index) || calls[index].FinishedAt is not null)
            {
                // Where one of that id has ended, this is another one: vendors use ids again, and behaviour 1 took them over.
                open[(where, id)] = index = calls.Count;
                decided.Remove((where, id), out var decisions);
                calls.Add(new AuditedCall
                {
                    Execution = execution,
                    Activation = where,
                    CallId = id,
                    Tool = tool,
                    Attempt = entry.Attempt,
                    Decisions = decisions ?? [],
                });
            }

            calls[index] = change(calls[index]) with { Attempt = entry.Attempt };
        }
    }
}
