using Actant.Executions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Storage;

namespace Actant.Agents;

/// <summary>Holds the threads of an agent against a definition that it does not have yet.</summary>
internal sealed class AgentCheck(ActantEngine engine)
{
    private const int MostExecutions = 5_000;

    public async ValueTask<AgentCheckReport> RunAsync(TenantId tenant, string agent, DefinitionProgram program, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var findings = new List<ThreadFinding>();
        string? cursor = null;
        for (var read = 0; read < MostExecutions;)
        {
            var page = await engine.For(tenant).ListAsync(new ExecutionFilter { Agent = agent }, cursor, StorageLimits.MaxItems, cancellationToken);
            foreach (var execution in page.Items.Where(execution => !execution.IsChild && seen.Add(execution.Thread.Thread)))
            {
                if (await CheckAsync(execution, program, cancellationToken) is { } finding)
                {
                    findings.Add(finding);
                }
            }

            read += page.Items.Count;
            cursor = page.Cursor;
            if (cursor is null)
            {
                break;
            }
        }

        return new AgentCheckReport(seen.Count, cursor is null, findings);
    }

    private async ValueTask<ThreadFinding?> CheckAsync(ExecutionRecord execution, DefinitionProgram program, CancellationToken cancellationToken)
    {
        if (await engine.Store.For(execution.Thread.Tenant).GetThreadAsync(execution.Thread.Thread, cancellationToken) is not { Position: > 0 } thread)
        {
            return null;
        }

        JournalState state;
        try
        {
            state = await engine.Loader.LoadAsync(execution.Thread, thread.Position, cancellationToken);
        }
        catch (Exception exception) when (exception is JournalUnreadableException or NewerFormatException)
        {
            // No definition can go on with it here.
            return null;
        }

        var nextTurn = ValuesOf(state.Root)
            .Select(value => program.Root.Reducers.FaultOf(value.Key, value.Value))
            .OfType<string>()
            .ToList();
        var waiting = state.Execution?.Id == execution.Id ? Waiting(state, program) : [];
        return nextTurn.Count + waiting.Count == 0 ? null : new ThreadFinding
        {
            Thread = execution.Thread.Thread,
            Execution = execution.Id,
            Status = execution.Status,
            NextTurn = nextTurn,
            Waiting = waiting,
        };
    }

    private static IEnumerable<KeyValuePair<string, System.Text.Json.JsonElement>> ValuesOf(ScopeState scope) =>
        scope.Values.Concat(scope.Lists.Select(list => KeyValuePair.Create(list.Key, JsonValues.ToArray(list.Value))));

    private static List<string> Waiting(JournalState state, DefinitionProgram program)
    {
        var nodes = program.Root.Graph.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var gone = state.Root.Ended.Select(static ended => ended.Name).Concat(state.Root.Activations.Keys)
            .Select(static name => name.Split('#')[0])
            .Distinct(StringComparer.Ordinal)
            .Where(name => !nodes.ContainsKey(name))
            .Select(static name => $"It has been at the node `{name}`, which is gone.")
            .ToList();
        if (gone.Count > 0)
        {
            return gone;
        }

        try
        {
            var reached = ScopeRun.Open("", program.Root, state.Root).Running.Select(static activation => activation.Name).ToHashSet(StringComparer.Ordinal);
            return [.. state.Root.Activations.Keys.Where(name => !reached.Contains(name)).Select(static name => $"It waits at `{name}`, where the new graph would not be.")];
        }
        catch (Exception exception) when (exception is KeyNotFoundException or ArgumentException or InvalidOperationException)
        {
            return ["The way that it took so far does not exist in the new graph."];
        }
    }
}
