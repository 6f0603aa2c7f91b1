using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;

namespace Actant.Testing.Graphs;

/// <summary>
/// A generated graph as a whole agent: its nodes write, ask the gated model, ask people, and call <c>work_pure</c>,
/// <c>work_idempotent</c>, <c>work_unsafe</c> and <c>asked</c>, which is the last one behind an approval.
/// </summary>
public static class GeneratedAgent
{
    /// <summary>Its definition, as JSON.</summary>
    public static string Of(GraphDefinition graph, OutcomeOracle oracle)
    {
        var agent = Graph(graph, oracle, "");
        agent["name"] = "generated";
        agent["model"] = Model();
        agent["tool_definitions"] = JsonNode.Parse("""[{"name": "asked", "type": "code", "config": {"tool": "work_unsafe"}, "requires_approval": true}]""");
        agent["limits"] = Parse("""{"max_steps": 150}""");
        return agent.ToJsonString();
    }

    private static JsonObject Graph(GraphDefinition graph, OutcomeOracle oracle, string path) => new()
    {
        ["state"] = Parse("""{"n": {"reducer": "add", "default": 0}, "log": {"reducer": "append"}}"""),
        ["nodes"] = new JsonArray([.. graph.Nodes.Select(node => Node(node, oracle, path))]),
        ["edges"] = new JsonArray([.. graph.Edges.Select((edge, index) => Edge(edge, index, oracle, path))]),
    };

    private static JsonObject Node(NodeDefinition node, OutcomeOracle oracle, string path)
    {
        var name = $"{path}{node.Name}";
        var kind = node.Graph is { } nested ? Nested(nested, oracle, name) : Leaf(oracle.Pick($"{name} kind", 12));
        kind["name"] = node.Name;
        kind["join"] = node.Join == Join.Any ? "any" : "all";
        kind["output"] = node.IsOutput;
        kind["max_iterations"] = node.MaxIterations;
        var hasErrorEdge = node.OnError.Strategy != ErrorStrategy.Fallback || oracle.Pick($"{name} edge", 2) == 0;
        kind["on_error"] = new JsonObject
        {
            ["strategy"] = hasErrorEdge ? Word(node.OnError.Strategy) : "continue",
            ["max_attempts"] = node.OnError.MaxAttempts,
            ["backoff_ms"] = 1,
        };
        return kind;
    }

    private static JsonObject Nested(GraphDefinition nested, OutcomeOracle oracle, string name) => new()
    {
        ["type"] = "graph",
        ["timeout_ms"] = oracle.Pick($"{name} time", 2) == 0 ? 60_000 : null,
        ["input"] = Parse("""{"n": "state.n"}"""),
        ["graph"] = Graph(nested, oracle, $"{name}/"),
    };

    private static JsonObject Leaf(int kind) => kind switch
    {
        0 or 1 => Parse("""{"type": "prompt", "template": "{{ state.n }}", "model": {"provider": "gated", "model_name": "m"}}"""),
        2 => Parse("""{"type": "agent", "tools": ["work_idempotent", "asked"], "timeout_ms": 60000}"""),
        3 => Parse("""{"type": "human", "prompt": "{{ state.n }}?"}"""),
        4 => Parse("""{"type": "tool", "tool": "work_pure", "arguments": {"n": "{{ state.n }}"}}"""),
        5 => Parse("""{"type": "tool", "tool": "work_idempotent", "timeout_ms": 60000}"""),
        6 => Parse("""{"type": "tool", "tool": "work_unsafe", "arguments": {"n": "{{ state.n }}"}}"""),
        7 => Parse("""{"type": "tool", "tool": "asked", "arguments": {"n": "{{ 10 / state.n }}"}}"""),
        8 => Parse("""{"type": "transform", "set": {"n": "1 / (state.n % 3)"}}"""),
        _ => Parse("""{"type": "transform", "set": {"n": "1", "log": "state.n"}}"""),
    };

    private static JsonObject Edge(EdgeDefinition edge, int index, OutcomeOracle oracle, string path)
    {
        var json = new JsonObject { ["from"] = edge.From, ["to"] = edge.To, ["type"] = edge.Type.ToString().ToLowerInvariant() };
        if (edge.Type == EdgeType.Conditional)
        {
            json["condition"] = $"state.n % 4 != {oracle.Pick($"{path} edge {index}", 5)}";
        }

        return json;
    }

    private static string Word(ErrorStrategy strategy) => JsonNamingPolicy.SnakeCaseLower.ConvertName(strategy.ToString());

    private static JsonObject Model() => Parse("""{"provider": "gated", "model_name": "m"}""");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
