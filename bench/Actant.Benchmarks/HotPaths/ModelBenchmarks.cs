using Actant.Benchmarks.Loads;
using Actant.LanguageModels;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;

namespace Actant.Benchmarks.HotPaths;

public class ModelBenchmarks
{
    private readonly ChatMessage[] _messages = [new(ChatRole.User, LoadAgent.Text(512))];
    private readonly IChatClient _client =
        new ScriptedModelProvider(TimeProvider.System).Create(LoadAgent.Calculating(512).Graph.Nodes[0].Model!);

    private readonly ChatMessage[] _withResult =
    [
        new(ChatRole.User, LoadAgent.Text(512)),
        new(ChatRole.Assistant, [new FunctionCallContent("call_0_0", "calculator", new Dictionary<string, object?>())]),
        new(ChatRole.Tool, [new FunctionResultContent("call_0_0", "42")]),
    ];

    [Benchmark(Description = "scripted model, a demand of a tool")]
    public Task<int> Demand() => CallAsync(_messages);

    [Benchmark(Description = "scripted model, an answer of 512 characters")]
    public Task<int> Answer() => CallAsync(_withResult);

    private async Task<int> CallAsync(ChatMessage[] messages)
    {
        var updates = 0;
        await foreach (var _ in _client.GetStreamingResponseAsync(messages))
        {
            updates++;
        }

        return updates;
    }
}
