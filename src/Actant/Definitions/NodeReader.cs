using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads one node. What cannot be read takes its default; a name is empty then, and the node keeps its place in the list.</summary>
internal sealed class NodeReader(ModelDefinition? defaultModel)
{
    public NodeDefinition Read(DefinitionCursor cursor)
    {
        if (cursor.AsFields("node") is not { } fields)
        {
            return new NodeDefinition { Name = "", Type = default };
        }

        var name = fields.Require("name")?.AsText() ?? "";
        var type = fields.Require("type")?.AsOneOf(WireNames.NodeTypes, "node type");
        var defaults = new NodeDefinition { Name = name, Type = type ?? default };
        var common = defaults with
        {
            Description = fields.Take("description")?.AsText() ?? "",
            Join = fields.Take("join")?.AsOneOf(WireNames.Joins, "join") ?? default,
            OnError = ErrorPolicyReader.Read(fields.Take("on_error")),
            Timeout = fields.Take("timeout_ms")?.AsMilliseconds(),
            MaxIterations = fields.Take("max_iterations")?.AsInteger(),
            OnLimit = fields.Take("on_limit")?.AsOneOf(WireNames.CycleLimits, "way to end a cycle") ?? default,
        };
        var node = ReadOutput(ReadSpecific(common, type, fields), type, fields);
        fields.Finish(field => type is { } known ? NodeFields.WhyMisplaced(field, known) : null);
        return node.Model is null && NodeFields.IsAgent(node.Type) ? node with { Model = defaultModel } : node;
    }

    private NodeDefinition ReadSpecific(NodeDefinition node, NodeType? type, FieldReader fields)
    {
        DefinitionCursor? Take(string field, string? alias = null) => !NodeFields.Belongs(field, type) ? null
            : alias is null ? fields.Take(field) : fields.Take(field, alias);

        var sees = Take("sees");
        return node with
        {
            Sees = ReadSees(sees),
            SeenValues = sees is { Kind: JsonValueKind.Object } ? ReadExpressions(sees) : node.SeenValues,
            Model = ModelReader.Read(Take("model")),
            SystemPrompt = Take("system_prompt")?.AsText(),
            Tools = ToolNamesReader.Read(Take("tools")),
            MaxTurns = Take("max_turns")?.AsInteger() ?? node.MaxTurns,
            OnCut = Take("on_cut")?.AsOneOf(WireNames.CutPolicies, "policy for cut answers") ?? default,
            Tool = Take("tool")?.AsText(),
            Arguments = Take("arguments")?.AsObject(),
            Template = Take("template", "prompt")?.AsText(),
            ResponseSchema = Take("response_schema")?.AsSchema(),
            Writes = Take("writes")?.AsText(),
            Set = ReadExpressions(Take("set")),
            Graph = Take("graph") is { } graph ? new GraphReader(defaultModel).ReadNested(graph) : null,
            Input = ReadExpressions(Take("input")),
            Spawn = Take("spawn")?.AsBoolean() ?? false,
            WaitFor = Take("for_ms")?.AsMilliseconds(),
            WaitUntil = Take("until")?.AsText(),
        };
    }

    private static Sees ReadSees(DefinitionCursor? sees) => sees switch
    {
        null => default,
        { Kind: JsonValueKind.Object } => Sees.Values,
        { } part => part.AsOneOf(WireNames.Sees, "part of the conversation, nor an object of expressions") ?? default,
    };

    /// <summary><c>output</c> marks an output node; on a graph node it may instead map results out.</summary>
    private static NodeDefinition ReadOutput(NodeDefinition node, NodeType? type, FieldReader fields)
    {
        var isOutput = fields.Take("is_output")?.AsBoolean() ?? false;
        var output = fields.Take("output");
        if (output is { Kind: JsonValueKind.Object } map && type is null or NodeType.Graph)
        {
            return node with { IsOutput = isOutput, Output = ReadExpressions(map) };
        }

        var isMarked = output?.AsBoolean() ?? false;
        return node with { IsOutput = isOutput || isMarked };
    }

    private static Dictionary<string, string> ReadExpressions(DefinitionCursor? field)
    {
        var expressions = new Dictionary<string, string>();
        foreach (var (key, cursor) in field?.AsMembers("an object of expressions") ?? [])
        {
            if (cursor.AsText() is { } expression)
            {
                expressions[key] = expression;
            }
        }

        return expressions;
    }
}
