using System.Text;
using System.Text.Json;
using Actant.Definitions;

namespace Actant.Tests.Definitions;

public sealed class DefinitionReaderTests
{
    [Fact]
    public void Read_GraphForm_GivesEveryField()
    {
        var agent = DefinitionSamples.ReadValid(DefinitionSamples.Graph);

        Assert.Equal(("desk", "Answers customers", true, Durability.Async), (agent.Name, agent.Description, agent.IsActive, agent.Durability));
        Assert.Equal(
            new LimitsDefinition
            {
                MaxSteps = 50,
                Timeout = TimeSpan.FromSeconds(1.5),
                CountWaiting = true,
                MaxDepth = 3,
                MaxStateBytes = 4096,
            },
            agent.Limits);
        Assert.Equal((Reducer.Append, Reducer.Add), (agent.Graph.State["messages"].Reducer, agent.Graph.State["score"].Reducer));
        Assert.Equal(0, agent.Graph.State["score"].Default?.GetInt32());

        var tool = agent.Tools[0];
        Assert.Equal(("calc", "builtin", "Sums", "calculator"), (tool.Name, tool.Type, tool.Description, tool.Config?.GetProperty("tool").GetString()));
        Assert.Equal((true, ToolClass.Idempotent, UnknownOutcomePolicy.Retry), (tool.RequiresApproval, tool.SideEffects, tool.OnUnknownOutcome));
        Assert.Equal(new ToolLimits { Timeout = TimeSpan.FromSeconds(5), MaxOutputBytes = 1000 }, tool.Limits);
    }

    [Fact]
    public void Read_GraphForm_GivesEveryNode()
    {
        var nodes = DefinitionSamples.ReadValid(DefinitionSamples.Graph).Graph.Nodes.ToDictionary(static node => node.Name);

        Assert.Equal(["calc", "ask_math"], nodes["lead"].Tools);
        Assert.Equal((7, "Help {{ state.customer }}."), (nodes["lead"].MaxTurns, nodes["lead"].SystemPrompt));
        Assert.Equal(("openai", "gpt-4o", 0.2f, 500), (nodes["lead"].Model!.Provider, nodes["lead"].Model!.ModelName, nodes["lead"].Model!.Temperature, nodes["lead"].Model!.MaxOutputTokens));
        Assert.Equal(["END"], nodes["lead"].Model!.Stop);
        Assert.Equal(("anthropic", "claude-sonnet-4"), (nodes["law"].Model!.Provider, nodes["law"].Model!.ModelName));
        Assert.Equal(
            new ErrorPolicy
            {
                Strategy = ErrorStrategy.Fallback,
                MaxAttempts = 5,
                Backoff = TimeSpan.FromMilliseconds(10),
                MaxBackoff = TimeSpan.FromMilliseconds(100),
            },
            nodes["look"].OnError);
        Assert.Equal(("calculator", TimeSpan.FromSeconds(2)), (nodes["look"].Tool, nodes["look"].Timeout));
        Assert.Equal("{{ state.score }}", nodes["look"].Arguments?.GetProperty("a").GetString());
        Assert.Equal(("text", null), (nodes["sorry"].Writes, nodes["sorry"].Model));
        Assert.Equal("Is {{ state.look }} right?", nodes["check"].Template);
        Assert.Equal((Join.Any, true, "state.score + 1"), (nodes["note"].Join, nodes["note"].IsOutput, nodes["note"].Set["score"]));
        Assert.Equal(("state.text", "state.topic", false), (nodes["inner"].Input["topic"], nodes["inner"].Output["text"], nodes["inner"].IsOutput));
        Assert.Equal("gpt-4o", nodes["inner"].Graph!.Nodes[0].Model!.ModelName);
    }

    [Fact]
    public void Read_GraphForm_GivesEveryEdge()
    {
        var edges = DefinitionSamples.ReadValid(DefinitionSamples.Graph).Graph.Edges;

        Assert.Equal(new EdgeDefinition("start", "lead", EdgeType.Direct), edges[0]);
        Assert.Equal(new EdgeDefinition("lead", "law", EdgeType.Orchestration), edges[1]);
        Assert.Equal(new EdgeDefinition("lead", "pick", EdgeType.Direct), edges[2]);
        Assert.Equal(new EdgeDefinition("pick", "look", EdgeType.Conditional, "state.score > 1"), edges[3]);
        Assert.Equal(new EdgeDefinition("look", "sorry", EdgeType.Error), edges[5]);
        Assert.Equal(new EdgeDefinition("inner", "end", EdgeType.Direct), edges[9]);
    }

    [Fact]
    public void Read_SimpleForm_BecomesOneAgentNode()
    {
        var agent = DefinitionSamples.ReadValid("""
            name: Math Assistant
            role: math expert
            instructions: Use the calculator.
            model: scripted
            tools: {calculator: true, http_request: false, off: true}
            custom_tools:
              mine: {class: CustomTool, requires_approval: true}
              off: {class: Other, enabled: false}
            limits: {max_steps: 5}
            """);

        var node = Assert.Single(agent.Graph.Nodes);
        Assert.Equal(("agent", NodeType.Agent, "scripted"), (node.Name, node.Type, node.Model!.Provider));
        Assert.Equal("Your role: math expert.\n\nUse the calculator.", node.SystemPrompt);
        Assert.Equal(["calculator", "mine"], node.Tools);
        var tool = Assert.Single(agent.Tools);
        Assert.Equal(("mine", "code", "CustomTool", true), (tool.Name, tool.Type, tool.Config?.GetProperty("class").GetString(), tool.RequiresApproval));
        Assert.Equal(5, agent.Limits.MaxSteps);
    }

    [Theory]
    [InlineData("role: cook", "Your role: cook.")]
    [InlineData("instructions: Cook.", "Cook.")]
    [InlineData("model: scripted", null)]
    public void Read_SimpleFormPrompt_IsMadeOfWhatThereIs(string document, string? expected) =>
        Assert.Equal(expected, DefinitionSamples.ReadValid(document).Graph.Nodes[0].SystemPrompt);

    [Theory]
    [InlineData("gpt-4o", "openai", "gpt-4o")]
    [InlineData("o1", "openai", "o1")]
    [InlineData("o3-mini", "openai", "o3-mini")]
    [InlineData("o4-mini", "openai", "o4-mini")]
    [InlineData("claude-sonnet-4-20250514", "anthropic", "claude-sonnet-4-20250514")]
    [InlineData("scripted", "scripted", "scripted")]
    [InlineData("scripted-slow", "scripted", "scripted-slow")]
    [InlineData("calculator", "scripted", "calculator")]
    [InlineData("llama-3.3-70b-versatile", "groq", "llama-3.3-70b-versatile")]
    [InlineData("mixtral-8x7b-32768", "groq", "mixtral-8x7b-32768")]
    [InlineData("groq/qwen-2.5", "groq", "qwen-2.5")]
    [InlineData("gemma2-9b-it", "groq", "gemma2-9b-it")]
    [InlineData("openai/gpt-oss-120b", "groq", "openai/gpt-oss-120b")]
    [InlineData("meta-llama/llama-4-scout-17b-16e-instruct", "groq", "meta-llama/llama-4-scout-17b-16e-instruct")]
    [InlineData("chatgpt-4o-latest", "openai", "chatgpt-4o-latest")]
    [InlineData("ollama/llama3.2:3b", "ollama", "llama3.2:3b")]
    [InlineData("gateway/anthropic/claude-x", "gateway", "anthropic/claude-x")]
    [InlineData("openai/anything", "openai", "anything")]
    public void Read_ModelName_TellsProvider(string name, string provider, string modelName)
    {
        var bare = DefinitionSamples.ReadValid($"model: {name}").Graph.Nodes[0].Model!;
        var inObject = DefinitionSamples.ReadValid($"model: {{model: {name}}}").Graph.Nodes[0].Model!;

        Assert.Equal((provider, modelName), (bare.Provider, bare.ModelName));
        Assert.Equal((provider, modelName), (inObject.Provider, inObject.ModelName));
    }

    [Theory]
    [InlineData("fail_fast", ErrorStrategy.FailFast)]
    [InlineData("continue", ErrorStrategy.Continue)]
    [InlineData("fallback", ErrorStrategy.Fallback)]
    [InlineData("retry", ErrorStrategy.FailFast)]
    [InlineData("{strategy: continue}", ErrorStrategy.Continue)]
    public void Read_ErrorStrategy_KeepsDefaultsOfTheRest(string written, ErrorStrategy expected)
    {
        var agent = DefinitionSamples.ReadValid($"nodes: [{{name: a, type: agent, on_error: {written}}}]");

        Assert.Equal(new ErrorPolicy { Strategy = expected }, agent.Graph.Nodes[0].OnError);
    }

    [Theory]
    [InlineData("math.yaml", "math")]
    [InlineData("/somewhere/my agent.v2.json", "my-agent-v2")]
    [InlineData("...", "agent")]
    [InlineData(null, "agent")]
    public void Read_WithoutName_TakesTheFiles(string? fileName, string expected) =>
        Assert.Equal(expected, DefinitionSamples.ReadValid("""{"model": "scripted"}""", fileName).Name);

    [Fact]
    public void Read_Element_EqualsItsText()
    {
        using var request = JsonDocument.Parse($$"""{"agent_definition": {{DefinitionSamples.Graph}}}""");

        var result = DefinitionReader.Read(request.RootElement.GetProperty("agent_definition"));

        Assert.Equal(DefinitionSamples.ReadValid(DefinitionSamples.Graph).Hash, result.Definition!.Hash);
    }

    [Fact]
    public void Read_Element_OutlivesItsDocument()
    {
        AgentDefinition agent;
        using (var request = JsonDocument.Parse(DefinitionSamples.Graph))
        {
            agent = DefinitionReader.Read(request.RootElement).Definition!;
        }

        Assert.Equal("desk", agent.Source.GetProperty("name").GetString());
        Assert.Equal("object", agent.Tools[0].Parameters?.GetProperty("type").GetString());
    }

    [Fact]
    public void Read_UndefinedElement_IsAProblem() =>
        DefinitionSamples.AssertOnly(DefinitionReader.Read(default(JsonElement)), "$", DefinitionErrors.DocumentSyntax);

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        byte[] document = [.. Encoding.UTF8.Preamble, .. """{"model": "scripted"}"""u8];

        Assert.Empty(DefinitionReader.Read(document).Problems);
        Assert.Empty(DefinitionReader.Read(document, "a.yaml").Problems);
    }

    [Fact]
    public void Read_WholeNumberWithFractionOfZeros_IsAccepted() =>
        Assert.Equal(30, DefinitionSamples.ReadValid("limits: {max_steps: 30.0}").Limits.MaxSteps);

    [Fact]
    public void Read_NullField_CountsAsAbsent() =>
        Assert.Equal(1000, DefinitionSamples.ReadValid("limits: {max_steps: null}\nmodel:\nrole: ~").Limits.MaxSteps);

    [Theory]
    [InlineData("name: a\nmodel: scripted\ninstructions: \"x\u2028y\u2029z\u0085\"", "x\u2028y\u2029z\u0085")]
    [InlineData("name: a\nmodel: scripted\ninstructions: x\u0085y \uE000", "x\u0085y \uE000")]
    [InlineData("name: a\nmodel: scripted\ninstructions: |\n  x\u2028y\n  z\n", "x\u2028y\nz\n")]
    [InlineData("name: a\nmodel: scripted\ninstructions: x\n---\n", "x")]
    public void Read_WhatYaml12Allows_IsRead(string document, string instructions)
    {
        var read = DefinitionSamples.Read(document);

        Assert.Empty(read.Problems);
        Assert.Equal(instructions, read.Definition!.Graph.Nodes[0].SystemPrompt);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{properties: {a: {type: string}}}", true)]
    [InlineData("{type: [object, 'null']}", true)]
    [InlineData("{type: object, anyOf: [{required: [a]}]}", true)]
    [InlineData("{anyOf: [{type: object}]}", false)]
    [InlineData("{type: array}", false)]
    [InlineData("true", false)]
    public void Read_ParametersWithoutAType_AreAnObjectWhereNothingElseCanBeMeant(string parameters, bool isObject)
    {
        var read = DefinitionSamples.Read($"{{name: a, model: scripted, tool_definitions: [{{name: t, type: code, parameters: {parameters}}}]}}");

        Assert.Equal(isObject, ToolParameters.IsObject(read.Definition!.Tools[0].Parameters!.Value));
    }
}
