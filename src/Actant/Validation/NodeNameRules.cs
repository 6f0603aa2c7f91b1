using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Names of nodes.</summary>
internal static class NodeNameRules
{
    public static void Check(GraphSite graph, ValidationRun validation)
    {
        var names = new HashSet<string>();
        foreach (var site in graph.Nodes.Where(static site => site.Path != "$"))
        {
            var (name, path) = (site.Node.Name, site.Field("name"));
            if (name.Length == 0 && (validation.IsBroken(path) || validation.IsBroken(site.Path)))
            {
                continue;
            }

            NameRules.Check(name, path, "node's name", validation);
            if (EdgeReader.Reserved.Contains(name))
            {
                validation.Report(
                    path,
                    DefinitionErrors.InvalidName,
                    $"`{name}` stands for the graph's own start or end; choose another name.");
            }

            if (!names.Add(name))
            {
                validation.Report(
                    path,
                    DefinitionErrors.DuplicateName,
                    $"Another node is named `{JsonPath.Shorten(name)}`; rename one.");
            }
        }
    }
}
