using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Tools;
using Actant.Validation;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Definitions;

/// <summary>Documents, and a place where they can run.</summary>
internal static class DefinitionSamples
{
    public const string Graph = """
        {
          "name": "desk",
          "description": "Answers customers",
          "model": {"provider": "openai", "model_name": "gpt-4o", "temperature": 0.2, "max_tokens": 500, "stop": "END"},
          "tool_definitions": [
            {"name": "calc", "type": "builtin", "description": "Sums", "config": {"tool": "calculator"}, "requires_approval": true,
             "side_effects": "idempotent", "on_unknown_outcome": "retry", "limits": {"timeout_ms": 5000, "max_output_bytes": 1000},
             "parameters": {"type": "object", "properties": {"a": {"type": "number"}}}},
            {"name": "ask_math", "type": "agent", "config": {"agent": "math"}}
          ],
          "state": {"messages": "append", "score": {"reducer": "add", "default": 0, "schema": {"type": "number"}}},
          "nodes": [
            {"name": "lead", "type": "orchestrator", "system_prompt": "Help {{ state.customer }}.", "tools": ["calc", "ask_math"], "max_turns": 7},
            {"name": "law", "type": "specialist", "model": "claude-sonnet-4", "description": "Knows the law"},
            {"name": "pick", "type": "router"},
            {"name": "look", "type": "tool", "tool": "calculator", "arguments": {"operation": "add", "a": "{{ state.score }}", "b": 1},
             "on_error": {"strategy": "fallback", "max_attempts": 5, "backoff_ms": 10, "max_backoff_ms": 100}, "timeout_ms": 2000},
            {"name": "sorry", "type": "prompt", "template": "Sorry: {{ input.text }}", "writes": "text"},
            {"name": "check", "type": "human", "prompt": "Is {{ state.look }} right?", "response_schema": {"type": "boolean"}},
            {"name": "note", "type": "transform", "set": {"score": "state.score + 1"}, "join": "any", "output": true},
            {"name": "inner", "type": "graph", "input": {"topic": "state.text"}, "output": {"text": "state.topic"},
             "graph": {"nodes": [{"name": "one", "type": "agent"}]}}
          ],
          "edges": [
            {"from": "START", "to": "lead"},
            {"from": "lead", "to": "law", "type": "orchestration"},
            {"source": "lead", "target": "pick"},
            {"from": "pick", "to": "look", "condition": "state.score > 1"},
            {"from": "pick", "to": "check"},
            {"from": "look", "to": "sorry", "type": "error"},
            {"from": "look", "to": "note"},
            {"from": "sorry", "to": "inner"},
            {"from": "check", "to": "note"},
            {"from": "inner", "to": "__end__"}
          ],
          "limits": {"recursion_limit": 50, "timeout_seconds": 1.5, "count_waiting": true, "max_depth": 3, "max_state_bytes": 4096},
          "durability": "async"
        }
        """;

    public static DefinitionContext Context { get; } = new()
    {
        BuiltinTools = new Dictionary<string, Tool> { ["calculator"] = new CalculatorTool() },
        CodeTools = new Dictionary<string, Tool> { ["custom_tool"] = new CustomTool() },
        ModelProviders = new[] { "openai", "anthropic", "scripted" }.ToDictionary(static name => name, static IModelProvider (name) => new ProviderStub(name)),
        AgentExists = static name => name == "math",
    };

    public static DefinitionResult Read(string document, string? fileName = null) =>
        DefinitionReader.Read(Encoding.UTF8.GetBytes(document), fileName);

    public static DefinitionResult Check(string document) => DefinitionValidator.Validate(Read(document), Context);

    public static DefinitionResult ReadAndCheck(string document, string fileName) => DefinitionValidator.Validate(Read(document, fileName), Context);

    public static AgentDefinition ReadValid(string document, string? fileName = null)
    {
        var result = Read(document, fileName);
        Assert.Empty(result.Problems);
        return result.Definition!;
    }

    public static void AssertOnly(DefinitionResult result, string path, string code)
    {
        Assert.Equal($"{path} {code}", string.Join('\n', result.Problems.Select(static problem => $"{problem.Path} {problem.Code}")));
        Assert.Null(result.Definition);
    }

    private sealed class CustomTool : Tool
    {
        public override string Name => "custom_tool";

        public override string Description => "Does sums.";

        public override JsonElement Parameters { get; } = JsonElement.Parse("""{"type": "object"}""");

        public override ToolClass Class => ToolClass.Unsafe;

        public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class ProviderStub(string name) : IModelProvider
    {
        public string Name => name;

        public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => model.Options is { } options && options.TryGetProperty("bad", out _)
            ? [new DefinitionProblem("$.options.bad", "model_bad_option", "No such option.")]
            : [];

        public IChatClient Create(ModelDefinition model) => throw new NotSupportedException();
    }
}
