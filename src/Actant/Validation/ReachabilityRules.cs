using Actant.Definitions;

namespace Actant.Validation;

/// <summary>
/// Every node must have a way to run. Entries are the targets of <c>start</c>, or else the nodes that no edge leads to;
/// a specialist is no entry of itself, and what follows one counts only where edges lead to it directly.
/// </summary>
internal static class ReachabilityRules
{
    public static void Check(GraphSite graph, ValidationRun validation)
    {
        if (graph.Nodes.Count == 0)
        {
            validation.Require(isThere: false, $"{graph.Path}.nodes", "A graph needs at least one node.");
            return;
        }

        var flow = graph.Graph.Edges.Where(static edge => edge.Type != EdgeType.Orchestration).ToLookup(static edge => edge.From);
        var entries = FindEntries(graph, flow);
        if (entries.Count == 0)
        {
            // A node without a name may be the one that is meant.
            if (graph.Nodes.All(static site => site.Node.Name.Length > 0))
            {
                validation.Report(
                    $"{graph.Path}.nodes",
                    DefinitionErrors.NoEntry,
                    "No node can run first: every node has a predecessor; add an edge from `start`.");
            }

            return;
        }

        var reached = Follow(entries, flow);
        var isDirectlyReached = new HashSet<string>(reached);
        reached.UnionWith(graph.Graph.Edges
            .Where(edge => edge.Type == EdgeType.Orchestration && isDirectlyReached.Contains(edge.From))
            .Select(static edge => edge.To));

        foreach (var site in graph.Nodes.Where(site => site.Node.Name.Length > 0 && !reached.Contains(site.Node.Name)))
        {
            validation.Report(site.Path, DefinitionErrors.UnreachableNode, site.Node.Type == NodeType.Specialist
                ? $"Nothing reaches the specialist `{site.Node.Name}`; add an orchestration edge from an orchestrator."
                : $"No way leads to the node `{site.Node.Name}`; add an edge to it or remove it.");
        }
    }

    private static HashSet<string> FindEntries(GraphSite graph, ILookup<string, EdgeDefinition> flow)
    {
        // What follows an edge from nowhere is not unreachable as well: one fault, one problem.
        var entries = graph.Graph.Edges
            .Where(edge => edge.From != EdgeDefinition.Start && graph.Find(edge.From) is null)
            .Select(static edge => edge.To)
            .ToHashSet();
        if (flow.Contains(EdgeDefinition.Start))
        {
            entries.UnionWith(flow[EdgeDefinition.Start].Select(static edge => edge.To));
            return entries;
        }

        var targets = graph.Graph.Edges.Select(static edge => edge.To).ToHashSet();
        entries.UnionWith(graph.Nodes
            .Where(site => site.Node.Name.Length > 0 && site.Node.Type != NodeType.Specialist && !targets.Contains(site.Node.Name))
            .Select(static site => site.Node.Name));
        return entries;
    }

    private static HashSet<string> Follow(HashSet<string> entries, ILookup<string, EdgeDefinition> flow)
    {
        var reached = new HashSet<string>(entries);
        var open = new Queue<string>(entries);
        while (open.TryDequeue(out var name))
        {
            foreach (var edge in flow[name])
            {
                if (reached.Add(edge.To))
                {
                    open.Enqueue(edge.To);
                }
            }
        }

        return reached;
    }
}
