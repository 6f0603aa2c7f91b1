using System.Text.Json;
using Actant.Definitions;

namespace Actant.Validation;

/// <summary>The agent itself: its name, its limits, its size.</summary>
internal static class AgentRules
{
    public static void Check(ValidationRun validation)
    {
        var agent = validation.Agent;
        NameRules.CheckAgent(agent.Name, "$.name", validation);
        RangeRules.Check(agent.Priority, 0, DefinitionBounds.HighestPriority, "$.priority", validation);
        RangeRules.Check(agent.Limits.MaxSteps, 1, DefinitionBounds.MaxSteps, LimitPath(agent, "max_steps", "recursion_limit"), validation);
        RangeRules.CheckTimeout(agent.Limits.Timeout, LimitPath(agent, "timeout_ms", "timeout_seconds"), validation);
        RangeRules.Check(agent.Limits.MaxDepth, 1, DefinitionBounds.MaxNesting, "$.limits.max_depth", validation);
        RangeRules.Check(agent.Limits.MaxStateBytes, DefinitionBounds.LeastStateBytes, DefinitionBounds.MostStateBytes, "$.limits.max_state_bytes", validation);

        CheckDeliveries(validation);

        var (nodes, edges) = Count(agent.Graph, nesting: 0);
        CheckCount(nodes, DefinitionBounds.Nodes, "$.nodes", "nodes", validation);
        CheckCount(edges, DefinitionBounds.Edges, "$.edges", "edges", validation);
    }

    private static void CheckDeliveries(ValidationRun validation)
    {
        var agent = validation.Agent;
        var problems = validation.Context.CheckDeliveries(agent.DeliverTo ?? [], static index => $"$.deliver_to[{index}]");
        if (agent.CallbackUrl is { } callback)
        {
            problems = problems.Concat(validation.Context.CheckDeliveries([new DeliveryTarget { Url = callback }], static _ => "$.callback_url"));
        }

        foreach (var problem in problems.Where(problem => !validation.IsBroken(problem.Path)))
        {
            validation.Report(problem.Path, problem.Code, problem.Message);
        }
    }

    private static string LimitPath(AgentDefinition agent, string name, string alias) =>
        agent.Source is { ValueKind: JsonValueKind.Object } source
        && source.TryGetProperty("limits", out var limits)
        && limits is { ValueKind: JsonValueKind.Object }
        && limits.TryGetProperty(alias, out _)
            ? $"$.limits.{alias}"
            : $"$.limits.{name}";

    private static void CheckCount(int count, int most, string path, string what, ValidationRun validation)
    {
        if (count > most)
        {
            validation.Report(
                path,
                DefinitionErrors.OutOfRange,
                $"There are {count:N0} {what}, nested graphs included; at most {most:N0} are allowed.");
        }
    }

    private static (int Nodes, int Edges) Count(GraphDefinition graph, int nesting)
    {
        var (nodes, edges) = (graph.Nodes.Count, graph.Edges.Count);
        foreach (var nested in graph.Nodes.Select(static node => node.Graph).OfType<GraphDefinition>())
        {
            if (nesting < DefinitionBounds.MaxNesting)
            {
                var inner = Count(nested, nesting + 1);
                (nodes, edges) = (nodes + inner.Nodes, edges + inner.Edges);
            }
        }

        return (nodes, edges);
    }
}
