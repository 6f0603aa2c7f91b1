using System.Text;
using System.Text.Json;
using Actant.Definitions;

namespace Actant.Benchmarks.Loads;

/// <summary>The agents under load: scripted models of no latency, which cost little themselves: they state their usage instead of counting the conversation.</summary>
internal static class LoadAgent
{
    /// <summary>Asks its model, has the calculator called, asks again: an answer of so many characters.</summary>
    public static AgentDefinition Calculating(int answer) => Read(CalculatingJson(answer));

    /// <summary>The same as JSON.</summary>
    public static string CalculatingJson(int answer) => $$"""
        {
          "name": "calculating",
          "model": {"provider": "scripted", "model_name": "scripted", "options": {
            "tokens_per_chunk": 10000,
            "rules": [
              {"when": {"last_role": "user"}, "tool_calls": [{"name": "calculator", "arguments": {"operation": "add", "a": 19, "b": 23} }], "usage": {"input_tokens": 100, "output_tokens": 20} },
              {"when": {"last_role": "tool"}, "answer": "{{Text(answer)}}", "usage": {"input_tokens": 120, "output_tokens": 10} }
            ]} },
          "tools": {"calculator": true}
        }
        """;

    /// <summary>Asks its model once, which waits that long and answers with so many characters.</summary>
    public static AgentDefinition Talking(int answer, TimeSpan delay = default) => Read($$"""
        {
          "name": "talking",
          "model": {"provider": "scripted", "model_name": "scripted", "options": {
            "tokens_per_chunk": 10000, "delay_ms": {{(long)delay.TotalMilliseconds}}, "default": {"answer": "{{Text(answer)}}", "usage": {"input_tokens": 100, "output_tokens": 10} } } }
        }
        """);

    /// <summary>An input of so many characters.</summary>
    public static JsonElement Input(int length) => JsonElement.Parse($"\"{Text(length)}\"");

    /// <summary>Words of so many characters in all.</summary>
    public static string Text(int length) => string.Create(length, 0, static (span, _) => "What is 19 plus 23, and why? ".AsSpan().Repeat(span));

    private static void Repeat(this ReadOnlySpan<char> words, Span<char> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = words[i % words.Length];
        }
    }

    private static AgentDefinition Read(string definition)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(definition));
        return read.Definition ?? throw new DefinitionException(read.Problems);
    }
}
