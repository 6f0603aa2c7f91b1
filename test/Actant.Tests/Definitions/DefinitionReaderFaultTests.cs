namespace Actant.Tests.Definitions;

public sealed class DefinitionReaderFaultTests
{
    [Theory]
    [InlineData("[]", "$", "wrong_type")]
    [InlineData("just text", "$", "wrong_type")]
    [InlineData("{name: a, tools: [calculator", "$", "document_syntax")]
    [InlineData("""{"name": """, "$", "document_syntax")]
    [InlineData("""{"name": "a"} x""", "$", "document_syntax")]
    [InlineData("", "$", "document_syntax")]
    [InlineData("a: 1\n---\nb: 2", "$", "document_unsupported_yaml")]
    [InlineData("a: !mine 1", "$", "document_unsupported_yaml")]
    [InlineData("a: !mine {}", "$", "document_unsupported_yaml")]
    [InlineData("a: .inf", "$", "document_unsupported_yaml")]
    [InlineData("a: -.INF", "$", "document_unsupported_yaml")]
    [InlineData("a: .nan", "$", "document_unsupported_yaml")]
    [InlineData("? [a]\n: b", "$", "document_unsupported_yaml")]
    [InlineData("a: &x {b: 1}\nc: {<<: *x}", "$", "document_unsupported_yaml")]
    [InlineData(" : ?0]}{0{0<>}a=", "$", "document_syntax")]
    [InlineData("a: *nowhere", "$", "document_syntax")]
    [InlineData("a: &x [*x]", "$", "document_syntax")]
    [InlineData("""{"name": "a", "name": "b"}""", "$.name", "duplicate_field")]
    [InlineData("""{"limits": {"max_depth": 1, "max_depth": 2}}""", "$.limits.max_depth", "duplicate_field")]
    [InlineData("role: a\nrole: b", "$.role", "duplicate_field")]
    [InlineData("""{"name": "a\u0000b"}""", "$.name", "document_invalid_text")]
    [InlineData("""{"nodes": [{"name": "a", "type": "agent", "description": "\ud800"}]}""", "$.nodes[0].description", "document_invalid_text")]
    [InlineData("name: \"a\\0b\"", "$.name", "document_invalid_text")]
    public void Read_BadDocument_SaysWhere(string document, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document), path, code);

    [Theory]
    [InlineData("name: [a]", "$.name", "wrong_type")]
    [InlineData("name:", "$.name", "missing_field")]
    [InlineData("is_active: 'yes'", "$.is_active", "wrong_type")]
    [InlineData("durability: never", "$.durability", "unknown_value")]
    [InlineData("rolle: cook", "$.rolle", "unknown_field")]
    [InlineData("'a b': 1", "$['a b']", "unknown_field")]
    [InlineData("state: {}", "$.state", "misplaced_field")]
    [InlineData("instructions: a\nsystem_prompt: b", "$.system_prompt", "duplicate_field")]
    [InlineData("tools: calculator", "$.tools", "wrong_type")]
    [InlineData("tools: [calculator, 1]", "$.tools[1]", "wrong_type")]
    [InlineData("tools: {calculator: 1}", "$.tools.calculator", "wrong_type")]
    [InlineData("custom_tools: {mine: {enabled: true}}", "$.custom_tools.mine.class", "missing_field")]
    [InlineData("custom_tools: {mine: {class: A, clas: B}}", "$.custom_tools.mine.clas", "unknown_field")]
    [InlineData("custom_tools: []", "$.custom_tools", "wrong_type")]
    [InlineData("model: house-brand", "$.model", "unknown_model")]
    [InlineData("model: 3", "$.model", "wrong_type")]
    [InlineData("model: {provider: openai}", "$.model.model_name", "missing_field")]
    [InlineData("model: {model: house-brand}", "$.model.model", "unknown_model")]
    [InlineData("model: {model: gpt-4o, model_name: gpt-4o}", "$.model.model", "duplicate_field")]
    [InlineData("model: {model: gpt-4o, temperature: hot}", "$.model.temperature", "wrong_type")]
    [InlineData("model: {model: gpt-4o, temperature: 1e999}", "$.model.temperature", "out_of_range")]
    [InlineData("model: {model: gpt-4o, stop: [1]}", "$.model.stop[0]", "wrong_type")]
    [InlineData("model: {model: gpt-4o, options: 1}", "$.model.options", "wrong_type")]
    [InlineData("model: {model: gpt-4o, topp: 1}", "$.model.topp", "unknown_field")]
    [InlineData("limits: {max_steps: 1.5}", "$.limits.max_steps", "wrong_type")]
    [InlineData("limits: {max_steps: 99999999999}", "$.limits.max_steps", "out_of_range")]
    [InlineData("limits: {max_steps: 1, recursion_limit: 1}", "$.limits.recursion_limit", "duplicate_field")]
    [InlineData("limits: {timeout_ms: 1, timeout_seconds: 1}", "$.limits.timeout_seconds", "duplicate_field")]
    [InlineData("limits: {timeout_seconds: -1}", "$.limits.timeout_seconds", "out_of_range")]
    [InlineData("limits: {timeout_ms: 1e300}", "$.limits.timeout_ms", "out_of_range")]
    [InlineData("limits: {max_step: 1}", "$.limits.max_step", "unknown_field")]
    public void Read_BadFieldOfAgent_SaysWhere(string document, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document), path, code);

    [Theory]
    [InlineData("nodes: {}", "$.nodes", "wrong_type")]
    [InlineData("edges: []", "$.nodes", "missing_field")]
    [InlineData("nodes: [1]", "$.nodes[0]", "wrong_type")]
    [InlineData("nodes: [{type: agent}]", "$.nodes[0].name", "missing_field")]
    [InlineData("nodes: [{name: a}]", "$.nodes[0].type", "missing_field")]
    [InlineData("nodes: [{name: a, type: agnet}]", "$.nodes[0].type", "unknown_value")]
    [InlineData("nodes: [{name: a, type: agent, join: some}]", "$.nodes[0].join", "unknown_value")]
    [InlineData("nodes: [{name: a, type: agent, output: {a: b}}]", "$.nodes[0].output", "wrong_type")]
    [InlineData("nodes: [{name: a, type: agent, on_error: {strategy: give_up}}]", "$.nodes[0].on_error.strategy", "unknown_value")]
    [InlineData("nodes: [{name: a, type: agent, on_error: 3}]", "$.nodes[0].on_error", "wrong_type")]
    [InlineData("nodes: [{name: a, type: agent, on_error: {max_attempt: 3}}]", "$.nodes[0].on_error.max_attempt", "unknown_field")]
    [InlineData("nodes: [{name: a, type: human, promt: b}]", "$.nodes[0].promt", "unknown_field")]
    [InlineData("nodes: [{name: a, type: human, prompt: b, template: c}]", "$.nodes[0].prompt", "duplicate_field")]
    [InlineData("nodes: [{name: a, type: tool, system_prompt: b}]", "$.nodes[0].system_prompt", "misplaced_field")]
    [InlineData("nodes: [{name: a, type: agent, prompt: b}]", "$.nodes[0].prompt", "misplaced_field")]
    [InlineData("nodes: [{name: a, type: agent, set: {}}]", "$.nodes[0].set", "misplaced_field")]
    [InlineData("nodes: [{name: a, type: router, writes: b}]", "$.nodes[0].writes", "misplaced_field")]
    [InlineData("nodes: [{name: a, type: tool, arguments: [1]}]", "$.nodes[0].arguments", "wrong_type")]
    [InlineData("nodes: [{name: a, type: human, response_schema: x}]", "$.nodes[0].response_schema", "wrong_type")]
    [InlineData("nodes: [{name: a, type: transform, set: {x: 1}}]", "$.nodes[0].set.x", "wrong_type")]
    [InlineData("nodes: [{name: a, type: graph, graph: {nodes: [{name: b, type: agent, tool: c}]}}]", "$.nodes[0].graph.nodes[0].tool", "misplaced_field")]
    [InlineData("nodes: [{name: a, type: graph, graph: {nodes: [], tools: []}}]", "$.nodes[0].graph.tools", "unknown_field")]
    [InlineData("nodes: [{name: a, type: graph, graph: []}]", "$.nodes[0].graph", "wrong_type")]
    [InlineData("nodes: []\nrole: cook", "$.role", "misplaced_field")]
    [InlineData("nodes: []\nedges: [1]", "$.edges[0]", "wrong_type")]
    [InlineData("nodes: []\nedges: [{to: a}]", "$.edges[0].from", "missing_field")]
    [InlineData("nodes: []\nedges: [{source: a}]", "$.edges[0].to", "missing_field")]
    [InlineData("nodes: []\nedges: [{from: a, to: b, source: a}]", "$.edges[0].source", "duplicate_field")]
    [InlineData("nodes: []\nedges: [{from: a, to: b, type: maybe}]", "$.edges[0].type", "unknown_value")]
    [InlineData("nodes: []\nedges: [{from: a, to: b, conditon: x}]", "$.edges[0].conditon", "unknown_field")]
    [InlineData("nodes: []\nstate: {a: push}", "$.state.a", "unknown_value")]
    [InlineData("nodes: []\nstate: {a: {reducer: push}}", "$.state.a.reducer", "unknown_value")]
    [InlineData("nodes: []\nstate: {a: 1}", "$.state.a", "wrong_type")]
    [InlineData("nodes: []\nstate: []", "$.state", "wrong_type")]
    [InlineData("nodes: []\ntool_definitions: [{name: a}]", "$.tool_definitions[0].type", "missing_field")]
    [InlineData("nodes: []\ntool_definitions: [{name: a, type: builtin, side_effects: none}]", "$.tool_definitions[0].side_effects", "unknown_value")]
    [InlineData("nodes: []\ntool_definitions: [{name: a, type: builtin, on_unknown_outcome: guess}]", "$.tool_definitions[0].on_unknown_outcome", "unknown_value")]
    [InlineData("nodes: []\ntool_definitions: [{name: a, type: builtin, limits: {time_ms: 1}}]", "$.tool_definitions[0].limits.time_ms", "unknown_field")]
    public void Read_BadFieldOfGraph_SaysWhere(string document, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Read(document), path, code);

    [Theory]
    [InlineData("nodes: [{name: a, type: human, promt: b}]", "did you mean `prompt`?")]
    [InlineData("nodes: [{name: a, type: orchestrater}]", "did you mean `orchestrator`?")]
    [InlineData("durability: asnyc", "did you mean `async`?")]
    [InlineData("nodes: [{name: a, type: router, join: whenever}]", "there are: `all`, `any`.")]
    [InlineData("nodes: [{name: a, type: tool, tools: [b]}]", "`agent`, `orchestrator`, `specialist`")]
    public void Read_BadWord_NamesWhatWasMeant(string document, string expected) =>
        Assert.Contains(expected, Assert.Single(DefinitionSamples.Read(document).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\n  \"name\": nope\n}", "a.json", "Line 2, byte 12")]
    [InlineData("name: a\nrole: ]\n", "a.yaml", "Line 2, column 7")]
    public void Read_BadSyntax_NamesTheLine(string document, string fileName, string expected) =>
        Assert.Contains(expected, Assert.Single(DefinitionSamples.Read(document, fileName).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_TenFaults_ReportsAll()
    {
        var result = DefinitionSamples.Check("""
            name: a/b
            colour: red
            limits: {max_steps: 0}
            tool_definitions:
              - {name: web, type: http}
            nodes:
              - {name: one, type: agnet}
              - {name: two, type: agent, model: gpt-4o, tools: [calculater]}
              - {name: two, type: router, tool: calculator}
              - {name: ask, type: human}
            edges:
              - {from: one, to: twoo}
              - {from: two, to: ask, condition: "state.x >"}
            """);

        Assert.Equal(
            [
                "$.colour unknown_field",
                "$.edges[0].to unknown_node",
                "$.edges[1].condition invalid_expression",
                "$.limits.max_steps out_of_range",
                "$.name invalid_name",
                "$.nodes[0].type unknown_value",
                "$.nodes[1].tools[0] unknown_tool",
                "$.nodes[2].name duplicate_name",
                "$.nodes[2].tool misplaced_field",
                "$.nodes[3].template missing_field",
                "$.tool_definitions[0].type tool_type_unavailable",
            ],
            result.Problems.Select(static problem => $"{problem.Path} {problem.Code}").Order(StringComparer.Ordinal));
        Assert.Null(result.Definition);
    }

    [Theory]
    [InlineData("name: a\nmodel:\n\tprovider: x", "Line 3, column 1:")]
    [InlineData("name: a\ninstructions: {{ input }}", "stands in quotes")]
    [InlineData("name: a\ninstructions: {{ input }} is it", "stands in quotes")]
    public void Read_UsualSlip_SaysWhatToDo(string document, string words) =>
        Assert.Contains(words, Assert.Single(DefinitionSamples.Read(document).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{name: a, nodes: [{id: a, type: router}]}", "$.nodes[0].id", "did you mean `name`?")]
    [InlineData("{name: a, tool_definitions: [{name: t, type: http, inputSchema: {}}]}", "$.tool_definitions[0].inputSchema", "did you mean `parameters`?")]
    [InlineData("{name: a, tools: [{type: function}]}", "$.tools[0]", "`tool_definitions`")]
    public void Read_FormOfAnotherSystem_LeadsToOurs(string document, string path, string words) =>
        Assert.Contains(DefinitionSamples.Read(document).Problems, problem => problem.Path == path && problem.Message.Contains(words, StringComparison.Ordinal));
}
