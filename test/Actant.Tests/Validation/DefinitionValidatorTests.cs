using System.Text.Json;
using Actant.Definitions;
using Actant.Tests.Definitions;
using Actant.Validation;

namespace Actant.Tests.Validation;

public sealed class DefinitionValidatorTests
{
    private const string OneNode = "nodes: [{name: a, type: human, prompt: x}]\n";
    private const string TwoNodes = "nodes: [{name: a, type: human, prompt: x}, {name: b, type: human, prompt: x}]\n";

    [Fact]
    public void Check_ValidGraph_HasNoProblems()
    {
        var result = DefinitionSamples.Check(DefinitionSamples.Graph);

        Assert.Empty(result.Problems);
        Assert.NotNull(result.Definition);
    }

    [Theory]
    [InlineData("everything", "$.nodes[0].sees", "unknown_value")]
    [InlineData("3", "$.nodes[0].sees", "wrong_type")]
    [InlineData("{a: nothing.here}", "$.nodes[0].sees.a", "invalid_expression")]
    [InlineData("{a: 'state.'}", "$.nodes[0].sees.a", "invalid_expression")]
    public void Check_WhatANodeSees_SaysWhere(string sees, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Check($"nodes: [{{name: a, type: agent, model: scripted, sees: {sees}}}]"), path, code);

    [Theory]
    [InlineData("name: a/b", "$.name", "invalid_name")]
    [InlineData("name: ' a'", "$.name", "invalid_name")]
    [InlineData("name: ''", "$.name", "invalid_name")]
    [InlineData("limits: {max_steps: 0}", "$.limits.max_steps", "out_of_range")]
    [InlineData("limits: {recursion_limit: 1000001}", "$.limits.recursion_limit", "out_of_range")]
    [InlineData("limits: {timeout_ms: 0}", "$.limits.timeout_ms", "out_of_range")]
    [InlineData("limits: {timeout_seconds: 0}", "$.limits.timeout_seconds", "out_of_range")]
    [InlineData("limits: {max_depth: 33}", "$.limits.max_depth", "out_of_range")]
    [InlineData("priority: 10", "$.priority", "out_of_range")]
    [InlineData("limits: {max_state_bytes: 10}", "$.limits.max_state_bytes", "out_of_range")]
    [InlineData("state: {a b: set}", "$.state['a b']", "invalid_name")]
    [InlineData("state: {a: {schema: {type: nothing}}}", "$.state.a.schema.type", "invalid_schema")]
    [InlineData("state: {a: {schema: {type: number}, default: x}}", "$.state.a.default", "wrong_type")]
    [InlineData("tool_definitions: [{name: 'a b', type: builtin, config: {tool: calculator}}]", "$.tool_definitions[0].name", "invalid_name")]
    [InlineData("tool_definitions: [{name: c, type: agent, config: {agent: math}}, {name: c, type: agent, config: {agent: math}}]", "$.tool_definitions[1].name", "duplicate_name")]
    [InlineData("tool_definitions: [{name: c, type: http}]", "$.tool_definitions[0].type", "tool_type_unavailable")]
    [InlineData("tool_definitions: [{name: c, type: mcp}]", "$.tool_definitions[0].type", "tool_type_unavailable")]
    [InlineData("tool_definitions: [{name: c, type: remote}]", "$.tool_definitions[0].type", "tool_type_unavailable")]
    [InlineData("tool_definitions: [{name: c, type: queue}]", "$.tool_definitions[0].type", "tool_type_unavailable")]
    [InlineData("tool_definitions: [{name: c, type: plugin}]", "$.tool_definitions[0].type", "tool_type_unavailable")]
    [InlineData("tool_definitions: [{name: c, type: bultin}]", "$.tool_definitions[0].type", "unknown_value")]
    [InlineData("tool_definitions: [{name: c, type: builtin}]", "$.tool_definitions[0].name", "unknown_tool")]
    [InlineData("tool_definitions: [{name: c, type: builtin, config: {tool: calc}}]", "$.tool_definitions[0].config.tool", "unknown_tool")]
    [InlineData("tool_definitions: [{name: c, type: code}]", "$.tool_definitions[0].name", "unknown_tool")]
    [InlineData("tool_definitions: [{name: c, type: code, config: {class: Lost}}]", "$.tool_definitions[0].config.class", "unknown_tool")]
    [InlineData("tool_definitions: [{name: custom_tool, type: code, side_effects: pure}]", "$.tool_definitions[0].side_effects", "laxer_side_effects")]
    [InlineData("tool_definitions: [{name: c, type: agent}]", "$.tool_definitions[0].config.agent", "missing_field")]
    [InlineData("tool_definitions: [{name: c, type: agent, config: {agent: nobody}}]", "$.tool_definitions[0].config.agent", "unknown_agent")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, parameters: {type: array}}]", "$.tool_definitions[0].parameters", "invalid_schema")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, parameters: {type: object, properties: {nullable: {type: string, nullable: true}}}}]", "$.tool_definitions[0].parameters.properties.nullable.nullable", "invalid_schema")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, parameters: {type: object, properties: {n: {exclusiveMinimum: true}}}}]", "$.tool_definitions[0].parameters.properties.n.exclusiveMinimum", "invalid_schema")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, parameters: {type: [1]}}]", "$.tool_definitions[0].parameters.type", "invalid_schema")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, limits: {timeout_ms: 0}}]", "$.tool_definitions[0].limits.timeout_ms", "out_of_range")]
    [InlineData("tool_definitions: [{name: calculator, type: builtin, limits: {max_output_bytes: 0}}]", "$.tool_definitions[0].limits.max_output_bytes", "out_of_range")]
    public void Check_Agent_SaysWhere(string document, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Check(OneNode + document), path, code);

    [Theory]
    [InlineData("name: a b, type: human, prompt: x", "$.nodes[0].name", "invalid_name")]
    [InlineData("name: '', type: human, prompt: x", "$.nodes[0].name", "invalid_name")]
    [InlineData("name: end, type: human, prompt: x", "$.nodes[0].name", "invalid_name")]
    [InlineData("name: a, type: tool", "$.nodes[0].tool", "missing_field")]
    [InlineData("name: a, type: tool, tool: calculater", "$.nodes[0].tool", "unknown_tool")]
    [InlineData("name: a, type: human", "$.nodes[0].template", "missing_field")]
    [InlineData("name: a, type: prompt", "$.nodes[0].template", "missing_field")]
    [InlineData("name: a, type: transform", "$.nodes[0].set", "missing_field")]
    [InlineData("name: a, type: graph", "$.nodes[0].graph", "missing_field")]
    [InlineData("name: a, type: graph, graph: {nodes: []}", "$.nodes[0].graph.nodes", "missing_field")]
    [InlineData("name: a, type: router", "$.nodes[0]", "router_without_conditions")]
    [InlineData("name: a, type: specialist, model: scripted", "$.nodes", "no_entry")]
    [InlineData("name: a, type: agent", "$.nodes[0].model", "missing_model")]
    [InlineData("name: a, type: agent, model: llama-3", "$.nodes[0].model.provider", "unknown_provider")]
    [InlineData("name: a, type: agent, model: {model: gpt-4o, options: {bad: 1}}", "$.nodes[0].model.options.bad", "model_bad_option")]
    [InlineData("name: a, type: agent, model: {model: gpt-4o, temperature: 2.5}", "$.nodes[0].model.temperature", "out_of_range")]
    [InlineData("name: a, type: agent, model: {model: gpt-4o, top_p: -1}", "$.nodes[0].model.top_p", "out_of_range")]
    [InlineData("name: a, type: agent, model: {model: gpt-4o, max_output_tokens: 0}", "$.nodes[0].model.max_output_tokens", "out_of_range")]
    [InlineData("name: a, type: agent, model: {model: gpt-4o, timeout_ms: 0}", "$.nodes[0].model.timeout_ms", "out_of_range")]
    [InlineData("name: a, type: agent, model: scripted, tools: [calculator, calculater]", "$.nodes[0].tools[1]", "unknown_tool")]
    [InlineData("name: a, type: agent, model: scripted, tools: {calculater: true}", "$.nodes[0].tools.calculater", "unknown_tool")]
    [InlineData("name: a, type: agent, model: scripted, tools: [calculator, calculator]", "$.nodes[0].tools[1]", "duplicate_name")]
    [InlineData("name: a, type: agent, model: scripted, max_turns: 0", "$.nodes[0].max_turns", "out_of_range")]
    [InlineData("name: a, type: agent, model: scripted, writes: 'a.b'", "$.nodes[0].writes", "invalid_name")]
    [InlineData("name: a, type: agent, model: scripted, system_prompt: '{{ state. }}'", "$.nodes[0].system_prompt", "invalid_template")]
    [InlineData("name: a, type: human, prompt: '{{ stat.a }}'", "$.nodes[0].prompt", "invalid_template")]
    [InlineData("name: a, type: human, template: '{{ 1'", "$.nodes[0].template", "invalid_template")]
    [InlineData("name: a, type: human, prompt: x, response_schema: {minLength: x}", "$.nodes[0].response_schema.minLength", "invalid_schema")]
    [InlineData("name: a, type: human, prompt: x, timeout_ms: 0", "$.nodes[0].timeout_ms", "out_of_range")]
    [InlineData("name: a, type: human, prompt: x, max_iterations: 0", "$.nodes[0].max_iterations", "out_of_range")]
    [InlineData("name: a, type: human, prompt: x, on_error: {max_attempts: 21}", "$.nodes[0].on_error.max_attempts", "out_of_range")]
    [InlineData("name: a, type: human, prompt: x, on_error: {backoff_ms: 5, max_backoff_ms: 1}", "$.nodes[0].on_error.max_backoff_ms", "out_of_range")]
    [InlineData("name: a, type: human, prompt: x, on_error: fallback", "$.nodes[0].on_error", "invalid_error_strategy")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {operation: add, a: [1, '{{ + }}'], b: 1}", "$.nodes[0].arguments.a[1]", "invalid_template")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {operation: sqrt}", "$.nodes[0].arguments", "invalid_arguments")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {operation: guess, a: 1, b: 2}", "$.nodes[0].arguments.operation", "invalid_arguments")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {operation: guess, a: '{{ input.a }}', b: 2}", "$.nodes[0].arguments.operation", "invalid_arguments")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {operation: add, a: '{{ input.a }}', b: 2, c: '{{ input.c }}'}", "$.nodes[0].arguments.c", "invalid_arguments")]
    [InlineData("name: a, type: tool, tool: calculator, arguments: {a: '{{ input.a }}', b: 2}", "$.nodes[0].arguments", "invalid_arguments")]
    [InlineData("name: a, type: transform, set: {x: '1 +'}", "$.nodes[0].set.x", "invalid_expression")]
    [InlineData("name: a, type: transform, set: {x: 'context.a'}", "$.nodes[0].set.x", "invalid_expression")]
    [InlineData("name: a, type: transform, set: {'x y': '1'}", "$.nodes[0].set['x y']", "invalid_name")]
    [InlineData("name: a, type: graph, graph: {nodes: [{name: b, type: human}]}", "$.nodes[0].graph.nodes[0].template", "missing_field")]
    [InlineData("name: a, type: graph, input: {x: '1 +'}, graph: {nodes: [{name: b, type: human, prompt: x}]}", "$.nodes[0].input.x", "invalid_expression")]
    [InlineData("name: a, type: graph, output: {x: '1 +'}, graph: {nodes: [{name: b, type: human, prompt: x}]}", "$.nodes[0].output.x", "invalid_expression")]
    [InlineData("name: a, type: graph, graph: {state: {x: {schema: 1}}, nodes: [{name: b, type: human, prompt: x}]}", "$.nodes[0].graph.state.x.schema", "wrong_type")]
    public void Check_Node_SaysWhere(string node, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Check($"nodes: [{{{node}}}]"), path, code);

    [Theory]
    [InlineData("{from: a, to: c}, {from: a, to: b}", "$.edges[0].to", "unknown_node")]
    [InlineData("{from: c, to: a}, {from: a, to: b}", "$.edges[0].from", "unknown_node")]
    [InlineData("{from: c, to: b}", "$.edges[0].from", "unknown_node")]
    [InlineData("{source: c, target: b}, {from: a, to: b}", "$.edges[0].source", "unknown_node")]
    [InlineData("{from: '', to: b}, {from: a, to: b}", "$.edges[0].from", "unknown_node")]
    [InlineData("{from: a, to: b}, {from: a, to: b}", "$.edges[1]", "duplicate_edge")]
    [InlineData("{from: a, to: b}, {from: end, to: a}, {from: start, to: a}", "$.edges[1].from", "invalid_edge")]
    [InlineData("{from: a, to: b}, {from: b, to: START}", "$.edges[1].to", "invalid_edge")]
    [InlineData("{from: start, to: a, condition: 'true'}, {from: a, to: b}", "$.edges[0]", "invalid_edge")]
    [InlineData("{from: start, to: end}, {from: start, to: a}, {from: a, to: b}", "$.edges[0]", "invalid_edge")]
    [InlineData("{from: a, to: b, type: conditional}", "$.edges[0].condition", "invalid_condition")]
    [InlineData("{from: a, to: b, type: direct, condition: 'true'}", "$.edges[0].condition", "invalid_condition")]
    [InlineData("{from: a, to: b, condition: 'state.x >'}", "$.edges[0].condition", "invalid_expression")]
    [InlineData("{from: a, to: b, condition: 'ctx.x > 1'}", "$.edges[0].condition", "invalid_expression")]
    [InlineData("{from: a, to: b, type: error}", "$.nodes[0].on_error", "invalid_error_strategy")]
    [InlineData("{from: a, to: b}, {from: b, to: a}", "$.nodes", "no_entry")]
    [InlineData("{from: start, to: a}", "$.nodes[1]", "unreachable_node")]
    [InlineData("{from: b, to: b}", "$.nodes[1]", "unreachable_node")]
    public void Check_Edges_SaysWhere(string edges, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Check($"{TwoNodes}edges: [{edges}]"), path, code);

    [Fact]
    public void Check_NoNodeGivesTheOutput_SaysWhere()
    {
        const string Endless = "model: scripted\nnodes: [{name: a, type: agent, max_iterations: 3}, {name: b, type: agent}]\nedges: [{from: start, to: a}, {from: a, to: b}, {from: b, to: a}";

        DefinitionSamples.AssertOnly(DefinitionSamples.Check(Endless + "]"), "$.nodes", "no_output_node");
        Assert.Empty(DefinitionSamples.Check(Endless + ", {from: b, to: end}]").Problems);
        Assert.Empty(DefinitionSamples.Check(Endless.Replace("name: b,", "name: b, output: true,") + "]").Problems);
    }

    [Theory]
    [InlineData("{from: lead, to: law, type: orchestration}, {from: lead, to: ask, type: orchestration}, {from: lead, to: ask}", "$.edges[1].to", "invalid_orchestration")]
    [InlineData("{from: lead, to: law, type: orchestration}, {from: ask, to: law, type: orchestration}", "$.edges[1].from", "invalid_orchestration")]
    [InlineData("{from: lead, to: law, type: orchestration}, {from: lead, to: end, type: orchestration}", "$.edges[1].to", "invalid_orchestration")]
    [InlineData("{from: lead, to: ask}", "$.nodes[1]", "unreachable_node")]
    public void Check_Orchestration_SaysWhere(string edges, string path, string code) => DefinitionSamples.AssertOnly(
        DefinitionSamples.Check($$"""
            model: scripted
            nodes: [{name: lead, type: orchestrator}, {name: law, type: specialist}, {name: ask, type: human, prompt: x}]
            edges: [{{edges}}]
            """),
        path,
        code);

    [Fact]
    public void Check_ToolNamedAsDelegation_SaysWhere() => DefinitionSamples.AssertOnly(
        DefinitionSamples.Check("""
            model: scripted
            tool_definitions: [{name: delegate_to_law, type: agent, config: {agent: math}}]
            nodes: [{name: lead, type: orchestrator, tools: [delegate_to_law]}, {name: law, type: specialist}]
            edges: [{from: lead, to: law, type: orchestration}]
            """),
        "$.nodes[0].tools[0]",
        DefinitionErrors.DuplicateName);

    [Fact]
    public void Check_SpecialistsNameTooLongForATool_SaysWhere()
    {
        var name = new string('a', 53);

        DefinitionSamples.AssertOnly(
            DefinitionSamples.Check($$"""
                model: scripted
                nodes: [{name: lead, type: orchestrator}, {name: {{name}}, type: specialist}]
                edges: [{from: lead, to: {{name}}, type: orchestration}]
                """),
            "$.nodes[1].name",
            DefinitionErrors.InvalidName);
    }

    [Fact]
    public void Check_SpecialistWithDirectEdge_IsReached() => Assert.Empty(DefinitionSamples.Check("""
        model: scripted
        nodes: [{name: ask, type: human, prompt: x}, {name: law, type: specialist}]
        edges: [{from: ask, to: law}]
        """).Problems);

    [Fact]
    public void Check_ConditionalEdgesAlone_AreFine() => Assert.Empty(DefinitionSamples.Check(
        $"{TwoNodes}edges: [{{from: a, to: b, condition: state.nobody_writes_this == null}}]").Problems);

    [Theory]
    [InlineData("role: '{{ x }}'\nmodel: scripted", "$.role", "invalid_template")]
    [InlineData("role: cook\ninstructions: '{{ x }}'\nmodel: scripted", "$.instructions", "invalid_template")]
    [InlineData("role: cook", "$.model", "missing_model")]
    [InlineData("model: llama-3", "$.model.provider", "unknown_provider")]
    [InlineData("model: scripted\ntools: [calculater]", "$.tools[0]", "unknown_tool")]
    [InlineData("model: scripted\ntools: {calculater: true}", "$.tools.calculater", "unknown_tool")]
    [InlineData("model: scripted\ncustom_tools: {mine: {class: Lost}}", "$.custom_tools.mine.class", "unknown_tool")]
    [InlineData("model: scripted\ncustom_tools: {a b: {class: CustomTool}}", "$.custom_tools['a b']", "invalid_name")]
    [InlineData("model: scripted\nmax_turns: 0", "$.max_turns", "out_of_range")]
    public void Check_SimpleForm_SaysWhereInTheSimpleForm(string document, string path, string code) =>
        DefinitionSamples.AssertOnly(DefinitionSamples.Check(document), path, code);

    [Fact]
    public void Check_NestedDeeperThanAllowed_SaysWhere()
    {
        var result = DefinitionSamples.Check("""
            limits: {max_depth: 1}
            nodes: [{name: a, type: graph, graph: {nodes: [{name: b, type: graph, graph: {nodes: [{name: c, type: human, prompt: x}]}}]}}]
            """);

        DefinitionSamples.AssertOnly(result, "$.nodes[0].graph.nodes[0].graph", DefinitionErrors.OutOfRange);
    }

    [Fact]
    public void Validate_NodeTypeNotOnOffer_SaysWhere()
    {
        var context = DefinitionSamples.Context with { NodeTypes = new HashSet<NodeType> { NodeType.Agent } };

        DefinitionSamples.AssertOnly(
            DefinitionValidator.Validate(DefinitionSamples.Read(OneNode), context), "$.nodes[0].type", DefinitionErrors.NodeTypeUnavailable);
    }

    [Fact]
    public void Validate_HostWithDefaultModel_NeedsNoneInTheDefinition()
    {
        var context = DefinitionSamples.Context with { HasDefaultModel = true };

        Assert.Empty(DefinitionValidator.Validate(DefinitionSamples.Read("role: cook"), context).Problems);
    }

    [Fact]
    public void Validate_DefinitionMadeInCode_UsesCanonicalPaths()
    {
        var agent = new AgentDefinition
        {
            Name = "made",
            Graph = new GraphDefinition { Nodes = [new NodeDefinition { Name = "a", Type = NodeType.Human, Template = "{{ x }}", MaxIterations = 0 }] },
            Source = default(JsonElement),
            Hash = default,
        };

        var problems = DefinitionValidator.Validate(agent, DefinitionSamples.Context);

        Assert.Equal(["$.nodes[0].max_iterations", "$.nodes[0].template"], problems.Select(static problem => problem.Path));
    }

    [Fact]
    public void Check_UnknownTool_NamesTheNearest() => Assert.Contains(
        "did you mean `calculator`?",
        Assert.Single(DefinitionSamples.Check("model: scripted\ntools: [calculater]").Problems).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Check_BrokenExpression_NamesThePosition() => Assert.StartsWith(
        "Character 11:",
        Assert.Single(DefinitionSamples.Check($"{TwoNodes}edges: [{{from: a, to: b, condition: 'state.x + * 2'}}]").Problems).Message,
        StringComparison.Ordinal);
}
