using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Each edge by itself: its ends exist, its type fits them, its condition compiles.</summary>
internal static class EdgeRules
{
    public static void Check(GraphSite graph, ValidationRun validation)
    {
        var seen = new HashSet<EdgeDefinition>();
        for (var i = 0; i < graph.Graph.Edges.Count && !validation.Problems.IsFull; i++)
        {
            var edge = graph.Graph.Edges[i];
            var path = graph.EdgePath(i);
            CheckEnd(edge.From, graph.EdgeField(i, "from", "source"), isSource: true, graph, validation);
            CheckEnd(edge.To, graph.EdgeField(i, "to", "target"), isSource: false, graph, validation);
            CheckType(edge, path, validation);
            CheckCondition(edge, path, validation);
            if (edge.From.Length > 0 && edge.To.Length > 0 && !seen.Add(edge))
            {
                validation.Report(
                    path,
                    DefinitionErrors.DuplicateEdge,
                    $"The same edge from `{edge.From}` to `{edge.To}` is there already.");
            }
        }
    }

    private static void CheckEnd(string name, string path, bool isSource, GraphSite graph, ValidationRun validation)
    {
        if (name.Length == 0)
        {
            if (!validation.IsBroken(path) && !validation.IsBroken(path[..path.LastIndexOf('.')]))
            {
                validation.Report(path, DefinitionErrors.UnknownNode, "The edge names no node.");
            }

            return;
        }

        var wrong = isSource ? EdgeDefinition.End : EdgeDefinition.Start;
        if (name == wrong)
        {
            validation.Report(
                path,
                DefinitionErrors.InvalidEdge,
                isSource ? "Nothing follows `end`." : "Nothing leads to `start`.");
        }
        else if (name != (isSource ? EdgeDefinition.Start : EdgeDefinition.End) && graph.Find(name) is null)
        {
            validation.Report(
                path,
                DefinitionErrors.UnknownNode,
                $"There is no node `{JsonPath.Shorten(name)}`{Spelling.HintOrList(name, [.. graph.Names.Where(static known => known.Length > 0)], "there are")}");
        }
    }

    private static void CheckType(EdgeDefinition edge, string path, ValidationRun validation)
    {
        if (edge.From == EdgeDefinition.Start && (edge.Type != EdgeType.Direct || edge.To == EdgeDefinition.End))
        {
            validation.Report(
                path,
                DefinitionErrors.InvalidEdge,
                "An edge from `start` marks a node as entry: it is direct, without condition, and leads to a node.");
        }
    }

    private static void CheckCondition(EdgeDefinition edge, string path, ValidationRun validation)
    {
        var field = $"{path}.condition";
        if (validation.IsBroken(field) || validation.IsBroken($"{path}.type"))
        {
            return;
        }

        if (edge.Type == EdgeType.Conditional && edge.Condition is null)
        {
            validation.Report(field, DefinitionErrors.InvalidCondition, "A conditional edge needs a condition.");
        }
        else if (edge.Type != EdgeType.Conditional && edge.Condition is not null)
        {
            validation.Report(
                field,
                DefinitionErrors.InvalidCondition,
                $"An edge of type `{WireNames.Of(edge.Type)}` has no condition; make it `conditional` or remove it.");
        }

        if (edge.Condition is { } condition)
        {
            ExpressionRules.CheckExpression(condition, field, validation);
        }
    }
}
