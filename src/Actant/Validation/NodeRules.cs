using Actant.Definitions;

namespace Actant.Validation;

/// <summary>What each type of node needs, and the bounds of its numbers.</summary>
internal static class NodeRules
{
    public static void Check(NodeSite site, ValidationRun validation)
    {
        CheckNeeds(site, validation);
        CheckRanges(site, validation);
        SchemaRules.Check(site.Node.ResponseSchema, site.Field("response_schema"), validation);
        foreach (var key in site.Node.Set.Keys)
        {
            NameRules.Check(key, JsonPath.Member(site.Field("set"), key), "state key", validation);
        }

        foreach (var key in site.Node.Input.Keys)
        {
            NameRules.Check(key, JsonPath.Member(site.Field("input"), key), "state key", validation);
        }

        foreach (var key in site.Node.Output.Keys)
        {
            NameRules.Check(key, JsonPath.Member(site.Field("output"), key), "state key", validation);
        }

        if (site.Node.Writes is { } writes)
        {
            NameRules.Check(writes, site.Field("writes"), "state key", validation);
        }

        if (!validation.Context.NodeTypes.Contains(site.Node.Type))
        {
            validation.Report(
                site.Field("type"),
                DefinitionErrors.NodeTypeUnavailable,
                $"Nodes of type `{WireNames.Of(site.Node.Type)}` are not available here.");
        }
    }

    private static void CheckNeeds(NodeSite site, ValidationRun validation)
    {
        var node = site.Node;
        switch (node.Type)
        {
            case NodeType.Tool:
                validation.Require(node.Tool is not null, site.Field("tool"), $"The tool node `{node.Name}` needs `tool`, a tool's name.");
                break;
            case NodeType.Human:
                validation.Require(
                    node.Template is not null, site.Field("template", "prompt"), $"The human node `{node.Name}` needs `prompt`, the question.");
                break;
            case NodeType.Prompt:
                validation.Require(
                    node.Template is not null, site.Field("template", "prompt"), $"The prompt node `{node.Name}` needs `template`, its text.");
                break;
            case NodeType.Transform:
                validation.Require(
                    node.Set.Count > 0, site.Field("set"), $"The transform node `{node.Name}` needs `set`, state keys with expressions.");
                break;
            case NodeType.Wait:
                validation.Require(
                    node.WaitFor is not null || node.WaitUntil is not null, site.Field("for_ms"), $"The wait node `{node.Name}` needs `for_ms` or `until`.");
                break;
            case NodeType.Graph:
                validation.Require(node.Graph is not null, site.Field("graph"), $"The graph node `{node.Name}` needs `graph`.");
                break;
        }
    }

    private static void CheckRanges(NodeSite site, ValidationRun validation)
    {
        var node = site.Node;
        var policy = site.Field("on_error");
        RangeRules.CheckTimeout(node.Timeout, site.Field("timeout_ms"), validation);
        RangeRules.Check(node.WaitFor?.TotalMilliseconds, 1, TimeSpan.FromDays(DefinitionBounds.WaitDays).TotalMilliseconds, site.Field("for_ms"), validation);
        if (node is { WaitFor: not null, WaitUntil: not null })
        {
            validation.Report(site.Field("until"), DefinitionErrors.DuplicateField, "`for_ms` is there too; keep one of them.");
        }

        RangeRules.Check(node.MaxIterations, 1, DefinitionBounds.MaxIterations, site.Field("max_iterations"), validation);
        RangeRules.Check(node.MaxTurns, 1, DefinitionBounds.MaxTurns, site.Field("max_turns"), validation);
        RangeRules.Check(node.OnError.MaxAttempts, 1, DefinitionBounds.MaxAttempts, $"{policy}.max_attempts", validation);
        RangeRules.Check(node.OnError.Backoff.TotalMilliseconds, 0, DefinitionBounds.Milliseconds, $"{policy}.backoff_ms", validation);
        if (node.OnError.MaxBackoff < node.OnError.Backoff)
        {
            validation.Report(
                $"{policy}.max_backoff_ms",
                DefinitionErrors.OutOfRange,
                "`max_backoff_ms` is shorter than `backoff_ms`; raise it or lower the other.");
        }
    }
}
