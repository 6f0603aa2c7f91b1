using Actant.Definitions;

namespace Actant.Validation;

/// <summary>The edges out of a node, together: routers choose, fallbacks have somewhere to go.</summary>
internal static class RouteRules
{
    public static void Check(GraphSite graph, ValidationRun validation)
    {
        var outgoing = graph.Graph.Edges.ToLookup(static edge => edge.From);
        foreach (var site in graph.Nodes.Where(validation.IsTypeKnown))
        {
            if (site.Node.Type == NodeType.Router)
            {
                CheckRouter(site, [.. outgoing[site.Node.Name]], validation);
            }

            CheckElse(site, [.. outgoing[site.Node.Name]], validation);
            CheckErrorEdges(site, outgoing[site.Node.Name].Any(static edge => edge.Type == EdgeType.Error), validation);
        }
    }

    private static void CheckRouter(NodeSite site, IReadOnlyList<EdgeDefinition> edges, ValidationRun validation)
    {
        if (!edges.Any(static edge => edge.Type == EdgeType.Conditional))
        {
            validation.Report(
                site.Path,
                DefinitionErrors.RouterWithoutConditions,
                $"The router `{site.Node.Name}` has nothing to choose: give it edges with conditions.");
        }

        if (edges.Count(static edge => edge.Type is EdgeType.Direct or EdgeType.Else) > 1)
        {
            validation.Report(
                site.Path,
                DefinitionErrors.InvalidEdge,
                $"The router `{site.Node.Name}` takes one edge, so it can have only one without a condition.");
        }
    }

    private static void CheckElse(NodeSite site, IReadOnlyList<EdgeDefinition> edges, ValidationRun validation)
    {
        if (site.Node.Type != NodeType.Router && edges.Any(static edge => edge.Type == EdgeType.Else) && !edges.Any(static edge => edge.Type == EdgeType.Conditional))
        {
            validation.Report(
                site.Path,
                DefinitionErrors.InvalidEdge,
                $"An edge of type `else` out of `{site.Node.Name}` is taken where none of its conditions holds, and it has none: give another edge a condition, or make this one `direct`.");
        }
    }

    private static void CheckErrorEdges(NodeSite site, bool hasErrorEdge, ValidationRun validation)
    {
        var path = site.Field("on_error");
        if (validation.IsBroken(path) || hasErrorEdge == (site.Node.OnError.Strategy == ErrorStrategy.Fallback))
        {
            return;
        }

        validation.Report(path, DefinitionErrors.InvalidErrorStrategy, hasErrorEdge
            ? $"The error edges of `{site.Node.Name}` are never taken unless its strategy is `fallback`."
            : $"The strategy `fallback` needs an edge of type `error` out of `{site.Node.Name}`.");
    }
}
