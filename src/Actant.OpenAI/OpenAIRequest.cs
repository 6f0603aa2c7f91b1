using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Actant.OpenAI;

/// <summary>What is asked, in OpenAI's words. What a call says goes before what the definition says.</summary>
internal sealed class OpenAIRequest(ModelDefinition model, OpenAIModelOptions own, bool usesMaxTokens)
{
    private const string AnswerFormat = "answer";
    private static readonly JsonSerializerOptions s_compact = LanguageModels.ChatJson.Options;

    public ChatCompletionOptions Options(ChatOptions asked)
    {
        var options = new ChatCompletionOptions
        {
            Temperature = asked.Temperature ?? model.Temperature,
            TopP = asked.TopP ?? model.TopP,
            FrequencyPenalty = asked.FrequencyPenalty ?? own.FrequencyPenalty,
            PresencePenalty = asked.PresencePenalty ?? own.PresencePenalty,
            Seed = asked.Seed ?? own.Seed,
            ResponseFormat = Format(asked.ResponseFormat),
            EndUserId = own.User,
        };
        if ((asked.MaxOutputTokens ?? model.MaxOutputTokens) is { } most)
        {
            if (usesMaxTokens)
            {
                options.Patch.Set("$.max_tokens"u8, most);
            }
            else
            {
                options.MaxOutputTokenCount = most;
            }
        }

        if (own.ReasoningEffort is { } effort)
        {
            options.ReasoningEffortLevel = new ChatReasoningEffortLevel(effort);
        }

        foreach (var stop in asked.StopSequences ?? (IEnumerable<string>)model.Stop)
        {
            options.StopSequences.Add(stop);
        }

        AddTools(options, asked);
        foreach (var (name, value) in own.Extra)
        {
            options.Patch.Set(Encoding.UTF8.GetBytes($"$.{name}"), BinaryData.FromString(value.GetRawText()));
        }

        return options;
    }

    public static IEnumerable<global::OpenAI.Chat.ChatMessage> Messages(IReadOnlyList<ChatMessage> messages, ChatOptions asked)
    {
        if (asked.Instructions is { Length: > 0 } instructions)
        {
            yield return new SystemChatMessage(instructions);
        }

        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                yield return new SystemChatMessage(message.Text);
            }
            else if (message.Role == ChatRole.Assistant)
            {
                yield return Assistant(message);
            }
            else if (message.Role == ChatRole.Tool)
            {
                foreach (var result in message.Contents.OfType<FunctionResultContent>())
                {
                    yield return new ToolChatMessage(result.CallId, Text(result.Result));
                }
            }
            else
            {
                yield return User(message);
            }
        }
    }

    private void AddTools(ChatCompletionOptions options, ChatOptions asked)
    {
        foreach (var tool in (asked.Tools ?? []).OfType<AIFunctionDeclaration>())
        {
            options.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText())));
        }

        // Without tools the interface refuses to hear about them.
        if (options.Tools.Count == 0)
        {
            return;
        }

        options.AllowParallelToolCalls = asked.AllowMultipleToolCalls ?? own.ParallelToolCalls;
        options.ToolChoice = asked.ToolMode switch
        {
            NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
            RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
            RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
            AutoChatToolMode => ChatToolChoice.CreateAutoChoice(),
            _ => own.ToolChoice,
        };
    }

    private static global::OpenAI.Chat.ChatResponseFormat? Format(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson { Schema: { } schema } json => global::OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(
            json.SchemaName ?? AnswerFormat, BinaryData.FromString(schema.GetRawText()), json.SchemaDescription, jsonSchemaIsStrict: true),
        ChatResponseFormatJson => global::OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat(),
        ChatResponseFormatText => global::OpenAI.Chat.ChatResponseFormat.CreateTextFormat(),
        _ => null,
    };

    private static AssistantChatMessage Assistant(ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromString(Arguments(call)))).ToList();
        var text = message.Text;
        if (calls.Count == 0)
        {
            return new AssistantChatMessage(text);
        }

        var assistant = new AssistantChatMessage(calls);
        if (text.Length > 0)
        {
            assistant.Content.Add(ChatMessageContentPart.CreateTextPart(text));
        }

        return assistant;
    }

    private static UserChatMessage User(ChatMessage message)
    {
        if (message.Contents.All(static content => content is TextContent))
        {
            return new UserChatMessage(message.Text);
        }

        return new UserChatMessage(message.Contents.Select(Part).OfType<ChatMessageContentPart>());
    }

    private static ChatMessageContentPart? Part(AIContent content) => content switch
    {
        TextContent text => ChatMessageContentPart.CreateTextPart(text.Text),
        UriContent image when image.HasTopLevelMediaType("image") => ChatMessageContentPart.CreateImagePart(image.Uri),
        DataContent image when image.HasTopLevelMediaType("image") =>
            ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(image.Data), image.MediaType),
        _ => null,
    };

    private static string Arguments(FunctionCallContent call) =>
        JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), s_compact.GetTypeInfo(typeof(IDictionary<string, object?>)));

    private static string Text(object? result) =>
        result as string ?? JsonSerializer.Serialize(result, s_compact.GetTypeInfo(typeof(object)));
}
