using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Actant.Definitions.SchemaShapes;

namespace Actant.Definitions;

/// <summary>
/// The JSON Schema of definitions, for editors, forms and models that write them. It takes what <see cref="DefinitionReader"/> takes,
/// and bounds and names as the <see cref="Actant.Validation.DefinitionValidator"/> does; what depends on the place or on other parts of a document (tools,
/// models, edges, expressions) only that one sees. Lists of words, of fields by type and bounds are the reader's own; a test compares
/// the verdicts of both field by field.
/// </summary>
public static class DefinitionSchema
{
    private const string AgentName = "^[A-Za-z0-9_-]([A-Za-z0-9 _-]{0,98}[A-Za-z0-9_-])?$";
    private const string Name = "^[A-Za-z0-9_-]{1,64}$";
    private const string Secret = "^secret://";
    private const string Key = "^secret://[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";

    private static readonly Lazy<byte[]> s_utf8 = new(Write);

    /// <summary>The schema, of draft 2020-12 without what draft 7 does not know: UTF-8, indented.</summary>
    public static ReadOnlyMemory<byte> Utf8 => s_utf8.Value;

    private static byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Root().WriteTo(writer);
        }

        stream.Write(Encoding.UTF8.GetBytes("\n"));
        return stream.ToArray();
    }

    private static JsonObject Root() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Definition of an agent",
        ["description"] = "One agent in a few words, or, with `nodes`, a graph of them: docs/definitions.md.",
        ["type"] = "object",
        ["additionalProperties"] = true,
        ["if"] = AnyOf(There("nodes"), There("edges")),
        ["then"] = Reference("graph_form"),
        ["else"] = Reference("simple_form"),
        ["$defs"] = Parts(),
    };

    private static JsonObject Parts()
    {
        var parts = new JsonObject
        {
            ["simple_form"] = Fields("Agent", [.. OfEveryAgent(), .. OfSimpleForm()]),
            ["graph_form"] = Fields("Agent with a graph", [.. OfEveryAgent(), .. OfGraph()]),
            ["graph"] = Fields("Graph", OfGraph()),
            ["edge"] = Fields("Edge", OfEdge()),
            ["model"] = Model(),
            ["tool"] = ToolSchema.Tool(Pattern(Name), OfTool()),
            ["http_service"] = ToolSchema.Service(),
            ["http_request"] = ToolSchema.Request(),
            ["custom_tool"] = Fields("Custom tool", [SchemaField.Needed("class", Text, "The class or name that is registered in the process."), new("enabled", Flag, "Whether the agent has it; `true` by default."), .. OfTool()]),
            ["tool_names"] = AnyOf(List(Text), Map(Flag)),
            ["tool_limits"] = Fields("Limits of a tool", OfToolLimits()),
            ["limits"] = Limits(),
            ["error_policy"] = ErrorPolicy(),
            ["state"] = Map(Reference("state_key"), Name),
            ["state_key"] = AnyOf(
                OneOf(WireNames.Reducers.Keys),
                new JsonObject { ["type"] = "null" },
                Fields("State key", [
                    new("reducer", OneOf(WireNames.Reducers.Keys), "What a write does; `set` by default."),
                    new("default", Any, "The value at the start."),
                    new("schema", Schema, "What written values must fit: JSON Schema."),
                ])),
            ["target"] = Fields("Target of deliveries", [
                SchemaField.Needed("url", Text, "Where to send."),
                new("events", List(Text, DeliveryEvents.All.Count), $"Which ends: {string.Join(", ", DeliveryEvents.All)}; all by default."),
                new("secret", AnyOf(Pattern(Secret), List(Pattern(Secret), DeliveryTarget.MaxSecrets)), "`secret://NAME`: the key that signs."),
            ]),
            ["node"] = Node(),
        };
        foreach (var (name, type) in WireNames.NodeTypes)
        {
            parts[$"{name}_node"] = NodeOf(name, type);
        }

        return parts;
    }

    private static IEnumerable<SchemaField> OfEveryAgent() =>
    [
        // The reader names one that is not named after its file; `null` is no name.
        new("name", Pattern(AgentName), "Up to 100 letters, digits, `-`, `_` and, inside, spaces; the file's name by default.") { CannotBeNull = true },
        new("description", Text, "For people, and for models that may call this agent."),
        new("agent_type", Text, "What its owners call its kind, such as `llm`; for listings."),
        new("is_active", Flag, "Whether it may be executed; `true` by default."),
        new("priority", Integer(0, DefinitionBounds.HighestPriority), "Of its executions, where a request names none; 9 first."),
        new("model", Reference("model"), "For all nodes that have none."),
        new("tool_definitions", List(Reference("tool")), "The tools that it brings along."),
        new("limits", Reference("limits"), "Bounds of one execution."),
        new("deliver_to", List(Reference("target"), DeliveryTarget.MaxTargets), "Where the ends of its executions are delivered."),
        new("callback_url", Text, "One address that its ends are delivered to."),
        new("durability", OneOf(WireNames.Durabilities.Keys), "How far work may run ahead of its commit; `sync` by default."),
    ];

    private static IEnumerable<SchemaField> OfSimpleForm() =>
    [
        new("role", Text, "Who it is: `Your role: …`."),
        new("instructions", Text, "The system prompt, a template.") { Alias = "system_prompt" },
        new("tools", Reference("tool_names"), "Names in a list, or names with switches."),
        new("custom_tools", Map(Reference("custom_tool")), "Tools that are registered in the process, by name."),
        new("max_turns", Integer(1, DefinitionBounds.MaxTurns), "How many times the model is called at most in one run; 25 by default."),
        new("on_cut", OneOf(WireNames.CutPolicies.Keys), "What becomes of an answer that was cut short."),
    ];

    private static IEnumerable<SchemaField> OfGraph() =>
    [
        SchemaField.Needed("nodes", List(Reference("node"), DefinitionBounds.Nodes, least: 1), "Places where work is done."),
        new("edges", List(Reference("edge"), DefinitionBounds.Edges), "What may follow what."),
        new("state", Reference("state"), "The keys of the state: a reducer's name, or an object."),
    ];

    private static IEnumerable<SchemaField> OfEdge() =>
    [
        SchemaField.Needed("from", Text, "A node, or `start`.") with { Alias = "source" },
        SchemaField.Needed("to", Text, "A node, or `end`.") with { Alias = "target" },
        new("type", OneOf(WireNames.EdgeTypes.Keys), "`conditional` with a condition, else `direct`, by default."),
        new("condition", Text, "An expression that is true or false."),
    ];

    private static IEnumerable<SchemaField> OfTool() =>
    [
        new("description", Text, "What the model is told; the tool's own by default."),
        new("parameters", Schema, "The JSON Schema of the arguments, an object at its root."),
        new("side_effects", OneOf(WireNames.ToolClasses.Keys), "What a call may change; stricter than the tool says of itself, never laxer."),
        new("requires_approval", Flag, "Whether a person must agree before each call."),
        new("on_unknown_outcome", OneOf(WireNames.UnknownOutcomes.Keys), "When nobody knows whether an unsafe call happened; `ask` by default."),
        new("limits", Reference("tool_limits"), "Time, bytes and number of calls."),
    ];

    private static IEnumerable<SchemaField> OfToolLimits() =>
    [
        new("timeout_ms", Integer(DefinitionBounds.TimeoutMs), "How long one call may take; 30,000 by default."),
        new("max_output_bytes", Integer(DefinitionBounds.ToolOutputBytes), "Bytes of one result; 1,048,576 by default."),
        new("max_calls", Integer(DefinitionBounds.CallsInAWindow), "Calls within `window_seconds`; no bound by default."),
        new("window_seconds", Number(DefinitionBounds.WindowSeconds), "60 by default."),
    ];

    private static JsonObject Limits()
    {
        var seconds = Seconds;
        seconds.Remove("minimum");
        seconds["exclusiveMinimum"] = 0;
        return Fields("Limits", [
            new("max_steps", Integer(1, DefinitionBounds.MaxSteps), "Node runs and model calls in all; 1,000 by default.") { Alias = "recursion_limit" },
            new("timeout_ms", Milliseconds(1), "From acceptance to end.") { Alias = "timeout_seconds", AliasShape = seconds },
            new("count_waiting", Flag, "Whether time asleep for a person counts towards the time-out."),
            new("max_depth", Integer(1, DefinitionBounds.MaxNesting), "How deep agents and graphs may be nested; 8 by default."),
            new("max_state_bytes", Integer(DefinitionBounds.LeastStateBytes, DefinitionBounds.MostStateBytes), "Bytes of the state of one scope; 16,777,216 by default."),
        ]);
    }

    private static JsonObject ErrorPolicy() => AnyOf(OneOf(WireNames.ErrorStrategies.Keys), Fields("Errors", [
        new("strategy", OneOf(WireNames.ErrorStrategies.Keys), "When the retries are used up; `fail_fast` by default."),
        new("max_attempts", Integer(1, DefinitionBounds.MaxAttempts), "Attempts that may fail; 3 by default."),
        new("backoff_ms", Milliseconds(), "The wait before the second attempt; 500 by default."),
        new("max_backoff_ms", Milliseconds(), "The longest wait between two attempts; 60,000 by default."),
    ]));

    private static JsonObject Model()
    {
        var model = Fields("Model", [
            new("provider", Text, "From the model's name by default, where that tells it."),
            SchemaField.Needed("model_name", Text, "The model's name at its provider.") with { Alias = "model" },
            new("temperature", Number(DefinitionBounds.Temperature), "0 to 2; the provider's by default."),
            new("top_p", Number(DefinitionBounds.TopP), "0 to 1; the provider's by default."),
            new("max_output_tokens", Integer(DefinitionBounds.OutputTokens), "The most tokens of one answer, from 1.") { Alias = "max_tokens" },
            new("stop", AnyOf(Text, List(Text)), "A text or texts that end an answer."),
            new("timeout_ms", Integer(DefinitionBounds.TimeoutMs), "How long one call may take."),
            new("options", FreeObject, "What only this provider understands."),
            new("api_key", Pattern(Key), "`secret://NAME`: the key for the provider."),
        ]);
        var telling = new JsonObject { ["pattern"] = ModelNames.Pattern };
        ((JsonArray)model["allOf"]!).Add(AnyOf(
            Written("provider"),
            new JsonObject { ["properties"] = new JsonObject { ["model_name"] = telling.DeepClone(), ["model"] = telling } }));
        return AnyOf(Pattern(ModelNames.Pattern), model);
    }

    private static JsonObject Node()
    {
        var rules = new JsonArray();
        foreach (var (name, _) in WireNames.NodeTypes)
        {
            rules.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = name } }, ["required"] = new JsonArray("type") },
                ["then"] = Reference($"{name}_node"),
            });
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("name", "type"),
            ["properties"] = new JsonObject { ["name"] = Any, ["type"] = OneOf(WireNames.NodeTypes.Keys) },
            ["additionalProperties"] = true,
            ["allOf"] = rules,
        };
    }

    private static JsonObject NodeOf(string name, NodeType type)
    {
        var owned = NodeFields.Of(type).ToHashSet(StringComparer.Ordinal);
        var node = Fields($"Node of type {name}", [.. OfEveryNode(type), .. OfSomeNodes(type).Where(field => owned.Remove(field.Name))]);
        owned.Remove("prompt"); // the other name of `template`
        if (owned.Count > 0)
        {
            throw new InvalidOperationException($"The schema lacks {string.Join(", ", owned)} of {name} nodes.");
        }

        if (type == NodeType.Wait)
        {
            node["allOf"] = new JsonArray(AnyOf(Written("for_ms"), Written("until")), NotBoth("for_ms", "until"));
        }

        return node;
    }

    private static IEnumerable<SchemaField> OfEveryNode(NodeType type) =>
    [
        SchemaField.Needed("name", NodeName(), "Unique in its graph."),
        SchemaField.Needed("type", OneOf(WireNames.NodeTypes.Keys), "What it does."),
        new("description", Text, "For people, and for the model that may delegate to it."),
        new("join", OneOf(WireNames.Joins.Keys), "When it runs if several edges lead to it; `all` by default."),
        new("on_error", Reference("error_policy"), "A strategy's name, or an object."),
        new("timeout_ms", Milliseconds(1), "How long one run may take."),
        new("max_iterations", Integer(1, DefinitionBounds.MaxIterations), "How often a cycle that begins here may run; needed there."),
        new("on_limit", OneOf(WireNames.CycleLimits.Keys), "What happens when the cycle wants one more: `fail` by default."),
        new("is_output", Flag, "Whether it gives the execution its output."),
        type == NodeType.Graph
            ? new("output", AnyOf(Flag, Map(Text, Name)), "Key of the outer state to expression over the nested one; or whether it gives the output.")
            : new("output", Flag, "Whether it gives the execution its output."),
    ];

    /// <summary>The fields of <see cref="NodeFields"/>.</summary>
    private static IEnumerable<SchemaField> OfSomeNodes(NodeType type) =>
    [
        new("model", Reference("model"), type == NodeType.Prompt ? "The model that is called; none by default." : "The agent's by default."),
        new("system_prompt", Text, "A template."),
        new("sees", AnyOf(OneOf(WireNames.Sees.Keys), Map(Text)), "What the model is given of what was said: `thread` by default; or name to expression."),
        new("tools", Reference("tool_names"), "Names in a list, or names with switches."),
        new("max_turns", Integer(1, DefinitionBounds.MaxTurns), "How many times the model is called at most in one run; 25 by default."),
        new("on_cut", OneOf(WireNames.CutPolicies.Keys), "What becomes of an answer that was cut short."),
        SchemaField.Needed("tool", Text, "The tool's name."),
        new("arguments", FreeObject, "Its arguments; texts are templates."),
        SchemaField.Needed("template", Text, "The text, a template.") with { Alias = "prompt" },
        new("response_schema", Schema, "The JSON Schema that an answer must fit."),
        new("writes", Pattern(Name), "The state key that takes the outcome."),
        SchemaField.Needed("set", SomeExpressions(), "State key to expression."),
        SchemaField.Needed("graph", Reference("graph"), "The nested graph."),
        new("input", Map(Text, Name), "Key of the nested state to expression over the outer one."),
        new("spawn", Flag, "Whether it runs as an execution of its own."),
        new("for_ms", Milliseconds(1, DefinitionBounds.WaitDays * 24L * 60 * 60 * 1000), "How long; this or `until`."),
        new("until", Text, "A time with its offset, or an expression that gives one; this or `for_ms`."),
    ];

    private static JsonObject There(string name) => new() { ["required"] = new JsonArray(name), ["properties"] = new JsonObject { [name] = Any } };

    private static JsonObject NodeName()
    {
        var name = Pattern(Name);
        name["not"] = OneOf(EdgeReader.Reserved);
        return name;
    }

    private static JsonObject SomeExpressions()
    {
        var map = Map(Text, Name);
        map["minProperties"] = 1;
        return map;
    }
}
