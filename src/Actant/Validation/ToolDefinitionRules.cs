using System.Text.Json;
using Actant.Definitions;
using Actant.Tools;

namespace Actant.Validation;

/// <summary>The tools that an agent brings along.</summary>
internal static class ToolDefinitionRules
{
    public static void Check(ValidationRun validation)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < validation.Agent.Tools.Count; i++)
        {
            var tool = validation.Agent.Tools[i];
            var path = PathOf(i, validation.Agent);
            var namePath = path.StartsWith("$.custom_tools", StringComparison.Ordinal) ? path : $"{path}.name";
            if (validation.IsBroken(path) && tool.Name.Length == 0)
            {
                continue;
            }

            NameRules.Check(tool.Name, namePath, "tool's name", validation);
            if (!names.Add(tool.Name))
            {
                validation.Report(namePath, DefinitionErrors.DuplicateName, $"Another tool is named `{tool.Name}`; rename one.");
            }

            if (SchemaRules.Check(tool.Parameters, $"{path}.parameters", validation) is not null && !ToolParameters.IsObject(tool.Parameters!.Value))
            {
                validation.Report($"{path}.parameters", DefinitionErrors.InvalidSchema, "Arguments are an object, and vendors want the schema to say so: write `type: object` at its root.");
            }

            RangeRules.CheckTimeout(tool.Limits?.Timeout, $"{path}.limits.timeout_ms", validation);
            RangeRules.Check(tool.Limits?.MaxOutputBytes, DefinitionBounds.ToolOutputBytes, $"{path}.limits.max_output_bytes", validation);
            RangeRules.Check(tool.Limits?.MaxCalls, DefinitionBounds.CallsInAWindow, $"{path}.limits.max_calls", validation);
            RangeRules.Check(tool.Limits?.Window.TotalSeconds, DefinitionBounds.WindowSeconds, $"{path}.limits.window_seconds", validation);
            CheckType(tool, path, validation);
        }
    }

    /// <summary>The simple form's custom tools come after the document's definitions.</summary>
    private static string PathOf(int index, AgentDefinition agent)
    {
        var written = agent.Source.ValueKind == JsonValueKind.Object
            && agent.Source.TryGetProperty("tool_definitions", out var list) && list.ValueKind == JsonValueKind.Array
                ? list.GetArrayLength()
                : 0;
        return index >= written && agent.Source.ValueKind == JsonValueKind.Object && agent.Source.TryGetProperty("custom_tools", out _)
            ? JsonPath.Member("$.custom_tools", agent.Tools[index].Name)
            : JsonPath.Item("$.tool_definitions", index);
    }

    private static void CheckType(ToolDefinition tool, string path, ValidationRun validation)
    {
        if (validation.IsBroken($"{path}.type") || validation.IsBroken($"{path}.config"))
        {
            return;
        }

        if (!validation.Context.ToolTypes.Contains(tool.Type))
        {
            ReportType(tool.Type, $"{path}.type", validation);
        }
        else if (tool.Type == "agent")
        {
            CheckAgent(tool, path, validation);
        }
        else if (tool.Type is "builtin" or "code")
        {
            CheckImplementation(tool, path, validation);
        }
        else if (validation.Context.ToolMakers.TryGetValue(tool.Type, out var maker))
        {
            // The schema has been looked at already.
            var found = maker.TryCreate(tool, out _, out var problems) ? maker.CheckPlace(tool, validation.Context.Tenant) : problems;
            ReportAll(found.Where(static problem => problem.Code != DefinitionErrors.InvalidSchema), path, validation);
        }
    }

    private static void ReportAll(IEnumerable<DefinitionProblem> problems, string path, ValidationRun validation)
    {
        foreach (var problem in problems)
        {
            validation.Report($"{path}{problem.Path[1..]}", problem.Code, problem.Message);
        }
    }

    private static void ReportType(string type, string path, ValidationRun validation)
    {
        if (WireNames.ToolTypes.Contains(type))
        {
            var offered = string.Join(", ", validation.Context.ToolTypes.Order(StringComparer.Ordinal).Select(static name => $"`{name}`"));
            validation.Report(
                path,
                DefinitionErrors.ToolTypeUnavailable,
                $"Tools of type `{type}` are not available here; available: {offered}.");
            return;
        }

        validation.Report(
            path,
            DefinitionErrors.UnknownValue,
            $"Unknown tool type `{JsonPath.Shorten(type)}`{Spelling.HintOrList(type, WireNames.ToolTypes, "there are")}");
    }

    private static void CheckAgent(ToolDefinition tool, string path, ValidationRun validation)
    {
        var agent = tool.ConfigText("agent");
        validation.Require(agent is not null, $"{path}.config.agent", "A tool of type `agent` needs `config.agent`, the agent's name.");
        if (agent is not null && !validation.Context.AgentExists(agent))
        {
            validation.Report(
                $"{path}.config.agent",
                DefinitionErrors.UnknownAgent,
                $"There is no agent `{JsonPath.Shorten(agent)}`; create it first.");
        }
    }

    private static void CheckImplementation(ToolDefinition tool, string path, ValidationRun validation)
    {
        if (validation.Context.FindTool(tool) is { } implementation)
        {
            var problems = new List<DefinitionProblem>();
            if (ToolConfiguration.Apply(implementation, tool, problems) is not { } configured)
            {
                ReportAll(problems, path, validation);
            }
            else if (tool.SideEffects < configured.Class)
            {
                validation.Report(
                    $"{path}.side_effects",
                    DefinitionErrors.LaxerSideEffects,
                    $"The tool says of itself that it is `{WireNames.Of(configured.Class)}`; a definition may be stricter, not laxer.");
            }

            return;
        }

        var offered = tool.Type == "builtin" ? validation.Context.BuiltinTools.Keys : validation.Context.CodeTools.Keys;
        var (name, field) = tool.ConfigText("class") is { } className ? (className, PathOfClass(path))
            : tool.ConfigText("tool") is { } renamed ? (renamed, $"{path}.config.tool")
            : (tool.Name, $"{path}.name");
        var where = tool.Type == "builtin" ? "built in" : "registered in this process";
        validation.Report(
            field,
            DefinitionErrors.UnknownTool,
            $"No tool `{JsonPath.Shorten(name)}` is {where}{Spelling.HintOrList(name, [.. offered], "there are")}");
    }

    private static string PathOfClass(string path) =>
        path.StartsWith("$.custom_tools", StringComparison.Ordinal) ? $"{path}.class" : $"{path}.config.class";
}
