using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Checks what a definition means where it shall run: names, edges, tools, models, expressions, schemas, bounds.</summary>
public static class DefinitionValidator
{
    /// <summary>Adds its problems to those of reading, so that the author sees all at once.</summary>
    public static DefinitionResult Validate(DefinitionResult read, DefinitionContext context) =>
        read.Draft is { } draft ? new DefinitionResult(draft, Run(draft, context, read.Problems)) : read;

    /// <summary>The problems of a definition that was read before, or made in code.</summary>
    public static IReadOnlyList<DefinitionProblem> Validate(AgentDefinition agent, DefinitionContext context) => Run(agent, context, []);

    private static IReadOnlyList<DefinitionProblem> Run(
        AgentDefinition agent, DefinitionContext context, IReadOnlyList<DefinitionProblem> readProblems)
    {
        var validation = new ValidationRun(agent, context, readProblems);
        AgentRules.Check(validation);
        ModelRules.CheckOfAgent(validation);
        ToolDefinitionRules.Check(validation);
        CheckGraph(new GraphSite(agent.Graph, "$", agent.Source, agent.Source, nesting: 0), validation);
        return validation.Problems.Items;
    }

    private static void CheckGraph(GraphSite graph, ValidationRun validation)
    {
        StateRules.Check(graph, validation);
        NodeNameRules.Check(graph, validation);
        EdgeRules.Check(graph, validation);
        RouteRules.Check(graph, validation);
        OrchestrationRules.Check(graph, validation);
        ReachabilityRules.Check(graph, validation);
        CheckStructure(graph.Graph, graph.Path, validation.Problems);
        foreach (var node in graph.Nodes.Where(validation.IsTypeKnown))
        {
            NodeRules.Check(node, validation);
            NodeToolRules.Check(graph, node, validation);
            ModelRules.Check(node, validation);
            ExpressionRules.CheckNode(node, validation);
            ConstantArgumentRules.Check(node, validation);
            CheckNested(graph, node, validation);
        }
    }

    private static void CheckNested(GraphSite outer, NodeSite node, ValidationRun validation)
    {
        if (node.Node.Graph is not { } graph)
        {
            return;
        }

        var path = node.Field("graph");
        var deepest = Math.Min(validation.Agent.Limits.MaxDepth, DefinitionBounds.MaxNesting);
        if (outer.Nesting + 1 > deepest)
        {
            validation.Report(
                path,
                DefinitionErrors.OutOfRange,
                $"Graphs are nested deeper than `limits.max_depth` ({deepest}) allows.");
            return;
        }

        CheckGraph(new GraphSite(graph, path, node.Written("graph") ?? default, validation.Agent.Source, outer.Nesting + 1), validation);
    }

    private static void CheckStructure(GraphDefinition graph, string path, ProblemList problems)
    {
        var analysis = new Graphs.GraphAnalysis(graph);

        // What nothing leads to was reported already: one fault, one problem.
        foreach (var problem in analysis.Problems.Where(problem => problem.Code is not ("no_entry" or "unreachable_cycle")))
        {
            problems.Add(path + problem.Path[1..], problem.Code, problem.Message);
        }

        if (!analysis.HasOutput && graph.Nodes.Count > 0 && analysis.Problems.Count == 0)
        {
            problems.Add(
                $"{path}.nodes",
                DefinitionErrors.NoOutput,
                "No node gives the output: each has an edge to another one. Mark the node whose answer is the result with `output: true`, or lead an edge from it to `end`.");
        }
    }
}
