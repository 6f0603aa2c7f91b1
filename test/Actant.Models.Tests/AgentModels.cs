using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>
/// The models of one agent, as scripts by their names: behind this provider without a network, or as the <see cref="FakeVendor.Mind"/> of a vendor.
/// What each was told is on record, in a form that does not show whose words it came in.
/// </summary>
internal sealed partial class AgentModels(JsonElement scripts, TimeProvider time) : IModelProvider
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ScriptedModelProvider _scripted = new(time);

    public string Name => "house";

    public ConcurrentBag<string> Told { get; } = [];

    public IReadOnlyList<DefinitionProblem> Check(ModelDefinition model) => [];

    public IChatClient Create(ModelDefinition model) => new Recorded(Client(model.ModelName), model.ModelName, Told);

    /// <summary>What the model that a vendor is asked for says.</summary>
    public async Task<VendorAnswer> AnswerAsync(VendorConversation asked)
    {
        Told.Add(TextOf(asked.Model, asked.System, asked.Messages, asked.Tools));

        // What another node said comes in the user's role there, and a model tells it by its form.
        foreach (var message in asked.Messages.Where(static message => message.Role == ChatRole.User && OfNode().IsMatch(message.Text)))
        {
            message.AdditionalProperties = new() { [ModelCallProperties.ToldOf] = "" };
        }

        var options = new ChatOptions { Instructions = asked.System, Tools = [.. asked.Tools.Select(static name => AIFunctionFactory.CreateDeclaration(name, null, JsonElement.Parse("{}")))] };
        var answer = await Client(asked.Model).GetResponseAsync(asked.Messages, options);
        return new VendorAnswer
        {
            Deltas = answer.Text.Length > 0 ? [answer.Text] : [],
            Calls = [.. answer.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()
                .Select((call, index) => new VendorCall($"call_{Told.Count}_{index}", call.Name, JsonSerializer.Serialize(call.Arguments)))],
        };
    }

    private IChatClient Client(string model) =>
        _scripted.Create(new ModelDefinition { Provider = ScriptedModelProvider.ProviderName, ModelName = model, Options = scripts.GetProperty(model) });

    private static string TextOf(string model, string system, IEnumerable<ChatMessage> messages, IEnumerable<string> tools) => string.Join('\n',
    [
        $"{model} may call {string.Join(", ", tools)}",
        $"system: {system}",
        .. messages.SelectMany(static message => message.Contents.Select(content => content switch
        {
            TextContent text => $"{message.Role}: {text.Text}",
            FunctionCallContent call => $"calls: {NotOfNames().Replace(call.Name, "_")}",
            FunctionResultContent { Result: JsonElement { ValueKind: JsonValueKind.String } result } => $"result: {result.GetString()}",
            FunctionResultContent result => $"result: {result.Result as string ?? JsonSerializer.Serialize(result.Result, s_relaxed)}",
            _ => content.GetType().Name,
        })).Where(static line => line is not ("assistant: " or "assistant:  ")),
    ]);

    [GeneratedRegex(@"^\[[\w-]+\]\n", RegexOptions.None, 1000)]
    private static partial Regex OfNode();

    // A name that no tool could have is told as the nearest one that could.
    [GeneratedRegex("[^a-zA-Z0-9_-]", RegexOptions.None, 1000)]
    private static partial Regex NotOfNames();

    private sealed class Recorded(IChatClient client, string model, ConcurrentBag<string> told) : DelegatingChatClient(client)
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var all = messages.ToList();
            var system = all.Where(static message => message.Role == ChatRole.System).Select(static message => message.Text);
            told.Add(TextOf(
                model,
                string.Join('\n', new[] { options?.Instructions }.OfType<string>().Concat(system)),
                all.Where(static message => message.Role != ChatRole.System),
                options?.Tools?.Select(static tool => tool.Name) ?? []));
            return base.GetStreamingResponseAsync(all, options, cancellationToken);
        }
    }
}
