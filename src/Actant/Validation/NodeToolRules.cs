using Actant.Definitions;

namespace Actant.Validation;

/// <summary>The tools that nodes name.</summary>
internal static class NodeToolRules
{
    public static void Check(GraphSite graph, NodeSite site, ValidationRun validation)
    {
        if (site.Node.Tool is { } tool)
        {
            CheckKnown(tool, site.Field("tool"), validation);
        }

        var names = new HashSet<string>();
        for (var i = 0; i < site.Node.Tools.Count && !validation.Problems.IsFull; i++)
        {
            var name = site.Node.Tools[i];
            var isNew = names.Add(name);
            if (isNew && validation.ToolNames.Contains(name))
            {
                continue;
            }

            var path = site.ToolPath(i);
            if (validation.IsBroken(path))
            {
                continue;
            }

            CheckKnown(name, path, validation);
            if (!isNew)
            {
                validation.Report(path, DefinitionErrors.DuplicateName, $"The tool `{JsonPath.Shorten(name)}` is named twice.");
            }
        }

        if (site.Node.Type == NodeType.Orchestrator)
        {
            CheckDelegation(graph, site, names, validation);
        }
    }

    private static void CheckKnown(string name, string path, ValidationRun validation)
    {
        if (!validation.ToolNames.Contains(name))
        {
            validation.Report(
                path,
                DefinitionErrors.UnknownTool,
                $"There is no tool `{JsonPath.Shorten(name)}`{Spelling.HintOrList(name, [.. validation.ToolNames], "there are")}");
        }
    }

    private static void CheckDelegation(GraphSite graph, NodeSite site, HashSet<string> tools, ValidationRun validation)
    {
        foreach (var (specialist, tool) in OrchestrationRules.DelegationTools(graph, site))
        {
            if (tools.Contains(tool))
            {
                validation.Report(
                    site.ToolPath(site.Node.Tools.ToList().IndexOf(tool)),
                    DefinitionErrors.DuplicateName,
                    $"`{tool}` is the name of the tool that delegates to the specialist `{specialist}`; rename one of them.");
            }

            if (tool.Length > DefinitionBounds.NameLength && graph.Find(specialist) is { } target)
            {
                validation.Report(
                    target.Field("name"),
                    DefinitionErrors.InvalidName,
                    $"A specialist's name has at most {DefinitionBounds.NameLength - OrchestrationRules.ToolPrefix.Length} characters, "
                        + $"because models see it as `{OrchestrationRules.ToolPrefix}…`.");
            }
        }
    }
}
