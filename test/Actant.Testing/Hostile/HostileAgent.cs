using System.Text;

namespace Actant.Testing.Hostile;

/// <summary>An agent of every kind of node, by a seed: a chain whose links are single nodes, branches with a join, cycles and graphs.</summary>
internal static class HostileAgent
{
    private static readonly string[] s_tools = ["look_up", "upsert", "charge", "careful"];

    /// <summary>The definition, as YAML.</summary>
    public static string Write(HostileValues values)
    {
        var text = new StringBuilder($"durability: {values.Of("sync", "sync", "async", "exit")}\n").AppendLine("""
            name: hostile
            model: {provider: gated, model_name: any}
            tool_definitions: [{name: careful, type: code, config: {tool: charge}, requires_approval: true}]
            state: {n: {default: 0}, sum: {reducer: add, default: 0}, log: {reducer: append}, texts: {reducer: append}}
            limits: {max_steps: 200}
            """);
        Graph(text, values, "", "", 2 + values.Next(4));
        return text.ToString();
    }

    private static void Graph(StringBuilder text, HostileValues values, string indent, string prefix, int links)
    {
        var (nodes, edges) = (new List<string>(), new List<string>());
        var last = "start";
        for (var i = 0; i < links; i++)
        {
            last = Link(nodes, edges, values, indent, $"{prefix}n{i}", last);
        }

        text.Append(indent).AppendLine("nodes:").AppendJoin('\n', nodes).AppendLine();
        text.Append(indent).AppendLine("edges:").AppendJoin('\n', edges.Select(edge => $"{indent}  - {edge}")).AppendLine();
    }

    /// <summary>Adds a link; says where it ends.</summary>
    private static string Link(List<string> nodes, List<string> edges, HostileValues values, string indent, string name, string from)
    {
        switch (values.Next(indent.Length == 0 ? 10 : 7))
        {
            case 7:
                // Two branches without a model: what they say has no order.
                nodes.Add(Node(indent, $"{name}a", Tool(values)));
                nodes.Add(Node(indent, $"{name}b", Transform(values)));
                nodes.Add(Node(indent, name, "type: transform, set: {sum: \"1\"}"));
                edges.AddRange([Edge(from, $"{name}a"), Edge(from, $"{name}b"), Edge($"{name}a", name), Edge($"{name}b", name)]);
                return name;
            case 8:
                nodes.Add(Node(indent, name, $"max_iterations: {values.Next(3) + 1}, {Tool(values)}"));
                nodes.Add(Node(indent, $"{name}c", "type: transform, set: {n: state.n + 1}"));
                nodes.Add(Node(indent, $"{name}d", Transform(values)));
                edges.AddRange(
                [
                    Edge(from, name), Edge(name, $"{name}c"), $"{{from: {name}c, to: {name}, condition: \"state.n < 2\"}}",
                    $"{{from: {name}c, to: {name}d, condition: \"state.n >= 2\"}}",
                ]);
                return $"{name}d";
            case 9:
                var inner = new StringBuilder();
                Graph(inner, values, $"{indent}        ", $"{name}i", 1 + values.Next(2));
                nodes.Add($"{indent}  - name: {name}\n{indent}    type: graph\n{indent}    spawn: {values.Of("true", "false")}\n{indent}    graph:\n{inner.ToString().TrimEnd()}");
                edges.Add(Edge(from, name));
                return name;
            default:
                nodes.Add(Node(indent, name, Single(values)));
                edges.Add(Edge(from, name));
                return name;
        }
    }

    private static string Single(HostileValues values) => values.Next(7) switch
    {
        6 => $"type: wait, {values.Of("for_ms: 1", "for_ms: 40", "until: \"'2001-01-01T00:00:00Z'\"", "until: input", "until: state.log")}{Errors(values)}",
        0 => Transform(values),
        1 => Tool(values),
        2 => "type: human, prompt: \"Go on? {{ state.n }}\"" + values.Of("", ", response_schema: {type: object}"),
        3 => "type: prompt, template: \"{{ input }} {{ state.log }}\"" + values.Of("", ", model: {provider: gated, model_name: other}"),
        _ => $"type: agent, tools: [look_up, upsert, charge, careful], max_iterations: 6{values.Of("", ", writes: said")}{Errors(values)}",
    };

    private static string Tool(HostileValues values) =>
        $"type: tool, tool: {values.Of<string>(s_tools)}, arguments: {{x: \"{{{{ state.n }}}}\", all: \"{{{{ input }}}}\"}}, writes: {values.Of("log", "texts", "receipt")}{Errors(values)}";

    private static string Transform(HostileValues values) => "type: transform, set: {" + values.Of(
        "n: state.n + 1", "sum: \"2\"", "log: input", "texts: state.log", "seen: \"size(state.messages)\"", "n: \"1.0 / 3.0\"", "sum: \"9e300\"") + "}" + Errors(values);

    private static string Errors(HostileValues values) =>
        values.Of(", on_error: continue", ", on_error: continue", ", on_error: {strategy: retry, max_attempts: 2, backoff_ms: 1}", "");

    private static string Node(string indent, string name, string fields) => $"{indent}  - {{name: {name}, {fields}}}";

    private static string Edge(string from, string to) => $"{{from: {from}, to: {to}}}";
}
