using Actant;
using Actant.Definitions;
using Actant.Tools;

var weather = FunctionTool.Create(
    (string city) => $"18 degrees and sunny in {city}", "weather", "Tells the weather in a city.", ToolClass.Pure);

var definition = DefinitionReader.Read("""
    name: weather-assistant
    model:
      provider: scripted
      model_name: weather
      options:
        rules:
          - when: {matches: "(?i)weather in (\\w+)"}
            tool_calls: [{name: weather, arguments: {city: "{{ 1 }}"}}]
        default: "It is {{ last_tool }}."
    tools: [weather]
    """u8.ToArray()).Definition!;

await using var executor = new AgentExecutor(definition, tools: [weather]);
var result = await executor.ExecuteAsync("What is the weather in Ulm?");
Console.WriteLine($"{result.Response} ({result.Record.Tokens} tokens, {result.Record.CostUsd} USD)");
