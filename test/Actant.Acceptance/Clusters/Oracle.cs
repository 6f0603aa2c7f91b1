using System.Text.Json;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// Says what a cluster did wrong, by what was accepted, what the service saw and what the API tells: each execution has completed,
/// each step was called to its end, has one result, and was not called again once that was stored.
/// </summary>
internal sealed class Oracle(ClusterClient client, Ledger ledger, Nodes nodes)
{
    public async Task<IReadOnlyList<string>> ViolationsAsync(IReadOnlyList<JsonElement> executions)
    {
        var violations = new List<string>();
        var calls = ledger.Calls.ToLookup(static call => call.Key[..call.Key.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal);
        foreach (var execution in executions)
        {
            var id = execution.GetProperty("execution_id").GetString()!;
            if (execution.GetProperty("status").GetString() is not "completed" and var status)
            {
                violations.Add($"{id} is {status}: {(execution.TryGetProperty("error", out var error) ? error : "it never ended")}");
                continue;
            }

            var entries = await client.HistoryAsync(execution.GetProperty("thread_id").GetString()!);
            violations.AddRange(Of([.. calls[id]], entries).Select(violation => $"{id}: {violation}"));
        }

        return violations;
    }

    private IEnumerable<string> Of(List<Ledger.Call> calls, List<JsonElement> entries)
    {
        if (!entries.Select(static entry => entry.GetProperty("position").GetInt32()).SequenceEqual(Enumerable.Range(1, entries.Count)))
        {
            yield return "its journal has a gap";
        }

        var finished = entries.Where(static entry => entry.GetProperty("kind").GetString() == "tool_finished").ToList();
        if (finished.Count != 2)
        {
            yield return $"it has {finished.Count} results of 2 steps";
            yield break;
        }

        foreach (var step in new[] { 1, 2 })
        {
            var made = calls.FindAll(call => call.Step == step);
            if (!made.Exists(static call => call.HasEnded))
            {
                yield return $"step {step} has a result and was never called to its end";
            }

            // Entries are stamped in whole milliseconds.
            var stored = finished[step - 1].GetProperty("at").GetDateTimeOffset().AddMilliseconds(1);
            foreach (var again in made.Where(call => call.Began > stored && !IsLate(call, nodes.Named(call.Node))))
            {
                yield return $"step {step} was called again by {again.Node}, {(again.Began - stored).TotalMilliseconds} ms after its result was stored";
            }
        }
    }

    /// <summary>
    /// Whether a call was on its way out when its process was paused, and left when that woke up: what was stored meanwhile no
    /// process can know before it looks. The same key tells the service that it is the same call.
    /// </summary>
    private static bool IsLate(Ledger.Call call, Nodes.Node node) => call.Began > node.WokeAt && call.Began < node.WokeAt + TimeSpan.FromSeconds(1);
}
