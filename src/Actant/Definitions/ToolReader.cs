
namespace Actant.Definitions;

/// <summary>Reads the tools that an agent brings along.</summary>
internal static class ToolReader
{
    public static IReadOnlyList<ToolDefinition> ReadList(DefinitionCursor? field) =>
        field is { } cursor ? [.. cursor.AsItems(DefinitionBounds.ListItems).Select(Read)] : [];

    /// <summary>Reads the simple form's <c>custom_tools</c>: a name each, with a class that is registered in the process.</summary>
    public static IEnumerable<(ToolDefinition Tool, bool IsEnabled)> ReadCustom(DefinitionCursor? field)
    {
        foreach (var (name, cursor) in field?.AsMembers("an object of tools by name") ?? [])
        {
            if (cursor.AsFields("custom tool") is { } fields)
            {
                fields.Require("class")?.AsText();
                var isEnabled = fields.Take("enabled")?.AsBoolean() ?? true;
                var tool = ReadPolicies(new ToolDefinition { Name = name, Type = "code", Config = cursor.Element }, fields);
                fields.Finish();
                yield return (tool, isEnabled);
            }
        }
    }

    private static ToolDefinition Read(DefinitionCursor cursor)
    {
        if (cursor.AsFields("tool") is not { } fields)
        {
            return new ToolDefinition { Name = "", Type = "" };
        }

        var tool = ReadPolicies(
            new ToolDefinition
            {
                Name = fields.Require("name")?.AsText() ?? "",
                Type = fields.Require("type")?.AsText() ?? "",
                Config = fields.Take("config")?.AsObject(),
            },
            fields);
        fields.Finish();
        return tool;
    }

    private static ToolDefinition ReadPolicies(ToolDefinition tool, FieldReader fields) => tool with
    {
        Description = fields.Take("description")?.AsText() ?? "",
        Parameters = ToolParameters.Complete(fields.Take("parameters")?.AsSchema()),
        SideEffects = fields.Take("side_effects")?.AsOneOf(WireNames.ToolClasses, "class of side effects"),
        RequiresApproval = fields.Take("requires_approval")?.AsBoolean() ?? false,
        OnUnknownOutcome = fields.Take("on_unknown_outcome")?.AsOneOf(WireNames.UnknownOutcomes, "policy") ?? default,
        Limits = ReadLimits(fields.Take("limits")),
    };

    private static ToolLimits? ReadLimits(DefinitionCursor? field)
    {
        if (field?.AsFields("limits") is not { } fields)
        {
            return null;
        }

        var defaults = new ToolLimits();
        var limits = new ToolLimits
        {
            Timeout = fields.Take("timeout_ms")?.AsMilliseconds() ?? defaults.Timeout,
            MaxOutputBytes = fields.Take("max_output_bytes")?.AsInteger() ?? defaults.MaxOutputBytes,
            MaxCalls = fields.Take("max_calls")?.AsInteger(),
            Window = fields.Take("window_seconds")?.AsSeconds(DefinitionBounds.WindowSeconds) ?? defaults.Window,
        };
        fields.Finish();
        return limits;
    }
}
