using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Tests.LanguageModels;

/// <summary>A conversation with a scripted model, as the engine leads it.</summary>
internal sealed class ScriptedTalk(IChatClient client)
{
    public List<ChatMessage> Messages { get; } = [];

    public ChatOptions Options { get; } = new();

    public static ScriptedTalk With(string? options, string model = "test") =>
        new(new ScriptedModelProvider(TimeProvider.System).Create(Model(options, model)));

    public static ModelDefinition Model(string? options, string model = "test") => new()
    {
        Provider = "scripted",
        ModelName = model,
        Options = options is null ? null : JsonElement.Parse(options),
    };

    public ScriptedTalk Offering(params ReadOnlySpan<string> tools)
    {
        Options.Tools = [];
        foreach (var tool in tools)
        {
            Options.Tools.Add(AIFunctionFactory.Create(() => "", tool));
        }

        return this;
    }

    public async Task<ChatResponse> SayAsync(string text)
    {
        Messages.Add(new ChatMessage(ChatRole.User, text));
        return await CallAsync();
    }

    public async Task<ChatResponse> CallAsync(int attempt = 1)
    {
        Options.AdditionalProperties = new() { [ModelCallProperties.Attempt] = attempt };
        var response = await client.GetResponseAsync(Messages, Options);
        Messages.AddRange(response.Messages);
        return response;
    }

    public async Task<ChatResponse> GiveAsync(params object[] results)
    {
        var calls = Calls(Messages[^1]);
        Assert.Equal(calls.Count, results.Length);
        Messages.AddRange(calls.Zip(results, (call, result) =>
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)])));
        return await CallAsync();
    }

    public static List<FunctionCallContent> Calls(ChatMessage message) => [.. message.Contents.OfType<FunctionCallContent>()];

    public static string Show(FunctionCallContent call) =>
        $"{call.CallId} {call.Name}({string.Join(", ", call.Arguments!.Select(argument => $"{argument.Key}: {argument.Value}"))})";

    public static string Show(ChatResponse response) =>
        string.Join("; ", response.Messages.SelectMany(message => Calls(message)).Select(Show));
}
