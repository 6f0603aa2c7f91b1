using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Orchestration edges lead from orchestrators to specialists.</summary>
internal static class OrchestrationRules
{
    public const string ToolPrefix = "delegate_to_";

    public static void Check(GraphSite graph, ValidationRun validation)
    {
        for (var i = 0; i < graph.Graph.Edges.Count; i++)
        {
            if (graph.Graph.Edges[i] is { Type: EdgeType.Orchestration } edge)
            {
                CheckEnd(edge.From, NodeType.Orchestrator, graph.EdgeField(i, "from", "source"), "starts at", graph, validation);
                CheckEnd(edge.To, NodeType.Specialist, graph.EdgeField(i, "to", "target"), "ends at", graph, validation);
            }
        }
    }

    /// <summary>The names of the tools that delegate to a node's specialists.</summary>
    public static IEnumerable<(string Specialist, string Tool)> DelegationTools(GraphSite graph, NodeSite site) => graph.Graph.Edges
        .Where(edge => edge.Type == EdgeType.Orchestration && edge.From == site.Node.Name && edge.To.Length > 0)
        .Select(static edge => (edge.To, ToolPrefix + edge.To));

    private static void CheckEnd(string name, NodeType type, string path, string verb, GraphSite graph, ValidationRun validation)
    {
        var site = graph.Find(name);
        if ((site is null && name is EdgeDefinition.Start or EdgeDefinition.End)
            || (site is not null && site.Node.Type != type && validation.IsTypeKnown(site)))
        {
            validation.Report(
                path,
                DefinitionErrors.InvalidOrchestration,
                $"An orchestration edge {verb} a node of type `{WireNames.Of(type)}`; `{name}` is none.");
        }
    }
}
