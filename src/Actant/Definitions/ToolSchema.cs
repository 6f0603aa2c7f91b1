using System.Text.Json.Nodes;
using static Actant.Definitions.SchemaShapes;

namespace Actant.Definitions;

/// <summary>The schema of the tools that an agent brings along, by their types.</summary>
internal static class ToolSchema
{
    // As long as the reader takes.
    private const string Pointer = "^(/([^~/]|~0|~1)*)*$";
    private const int PointerLength = 1000;

    /// <summary>A tool: its type says what its <c>config</c> must be.</summary>
    public static JsonObject Tool(JsonObject name, IEnumerable<SchemaField> policies)
    {
        var tool = Fields("Tool", [
            SchemaField.Needed("name", name, "How nodes and models name it."),
            SchemaField.Needed("type", OneOf(WireNames.ToolTypes), "`builtin`, `code`, `agent`, `http`, or what an adapter offers."),
            .. policies,
            new("config", FreeObject, "What its type needs: `tool`, `class` or `agent`, or the request of an HTTP service."),
        ]);
        tool["allOf"] = new JsonArray(
            Rule(IsConstant("type", "agent"), Config(new() { ["type"] = "object", ["required"] = new JsonArray("agent"), ["properties"] = new JsonObject { ["agent"] = Text } })),
            Rule(IsConstant("type", "http"), Config(Reference("http_service"))),
            Rule(IsRequestTool(), Optional(Reference("http_request"))));
        return tool;
    }

    /// <summary>The <c>config</c> of a tool of type <c>http</c>.</summary>
    public static JsonObject Service()
    {
        var values = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") } };
        var pointer = Pattern(Pointer);
        pointer["maxLength"] = PointerLength;
        var response = Fields("What of the answer is the result", [
            new("pointer", pointer, "A JSON Pointer into it; all of it by default."),
            new("parts", Flag, "Whether that is a list of typed parts."),
        ]);
        response["allOf"] = new JsonArray(AnyOf(Written("pointer"), Written("parts")));
        Dictionary<string, SchemaField> fields = new List<SchemaField>
        {
            new("method", AnyCase(HttpFields.Methods), "GET by default."),
            SchemaField.Needed("url", Text, "Where to, a template."),
            new("query", values, "What is added to the URL; texts are templates."),
            new("headers", values, "Texts are templates."),
            new("json", Any, "The body as JSON; texts in it are templates."),
            new("form", values, "The body as a form; texts are templates."),
            new("body", Text, "The body as a text, a template."),
            new("response", response, "What of the answer is the result; all of it by default."),
            new("follow_redirects", Flag, "Whether to go where the answer leads; `true` by default."),
        }.ToDictionary(static field => field.Name);
        var service = Fields("Request of an HTTP service", HttpFields.Service.Select(name => fields[name]));
        var bodies = AnyOf([.. HttpFields.Bodies.Select(Written)]);
        var rules = new JsonArray(Rule(AnyOf(Not(Written("method")), Property("method", AnyCase(HttpFields.Bodiless))), Not(bodies)));
        for (var i = 0; i < HttpFields.Bodies.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                rules.Add(NotBoth(HttpFields.Bodies[i], HttpFields.Bodies[j]));
            }
        }

        service["allOf"] = rules;
        return service;
    }

    /// <summary>The <c>config</c> of <c>http_request</c>.</summary>
    public static JsonObject Request()
    {
        Dictionary<string, SchemaField> fields = new List<SchemaField>
        {
            new("tool", Any, "The built-in tool, where the name is another one."),
            new("methods", new JsonObject { ["type"] = "array", ["items"] = AnyCase(HttpFields.Methods), ["minItems"] = 1 }, "Which it may use; all by default."),
            new("allowed_domains", new JsonObject { ["type"] = "array", ["items"] = Text }, "Which hosts it may call, such as `api.example.com` and `*.example.com`."),
        }.ToDictionary(static field => field.Name);
        return Fields("What http_request may do", HttpFields.Request.Select(name => fields[name]));
    }

    // The name in `config.tool` counts before the tool's own; with a `class` nothing is configured.
    private static JsonObject IsRequestTool()
    {
        var byTool = Property("config", Property("tool", new() { ["const"] = HttpFields.RequestTool }));
        var named = IsConstant("name", HttpFields.RequestTool);
        var unnamed = Not(Property("config", Property("tool", Text)));
        return new()
        {
            ["allOf"] = new JsonArray(
                IsConstant("type", "builtin"),
                AnyOf(byTool, new JsonObject { ["allOf"] = new JsonArray(named, unnamed) }),
                Not(Property("config", Property("class", [])))),
        };
    }

    private static JsonObject IsConstant(string field, string value) => Property(field, new() { ["const"] = value });

    private static JsonObject Config(JsonObject shape) => Property("config", shape);

    private static JsonObject Optional(JsonObject shape) =>
        new() { ["properties"] = new JsonObject { ["config"] = AnyOf(shape, new JsonObject { ["type"] = "null" }) } };

    /// <summary>That a field is there and of a shape.</summary>
    private static JsonObject Property(string field, JsonObject shape) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray(field),
        ["properties"] = new JsonObject { [field] = shape },
    };

    private static JsonObject Rule(JsonObject when, JsonObject then) => new() { ["if"] = when, ["then"] = then };
}
