using System.Buffers;
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Actant.OpenAI;

/// <summary>What is asked, in OpenAI's words. What a call says goes before what the definition says.</summary>
internal sealed class OpenAIRequest(ModelDefinition model, OpenAIModelOptions own, bool usesMaxTokens, LanguageModels.VendorFailures failures)
{
    private const string AnswerFormat = "answer";
    private static readonly HashSet<string> s_own = ["model", "messages", "stream", "stream_options"];

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

    /// <summary>The body of a request.</summary>
    public BinaryContent Body(string name, IReadOnlyList<ChatMessage> messages, ChatOptions asked, bool streamed)
    {
        var settings = JsonElement.Parse(ModelReaderWriter.Write(Options(asked)).ToMemory().Span, JsonLimits.Decoding);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = JsonLimits.DecodeDepth }))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, name);
            writer.WritePropertyName("messages"u8);
            new OpenAIMessages(failures).Write(writer, messages, asked.Instructions);
            if (streamed)
            {
                writer.WriteBoolean("stream"u8, true);
                writer.WriteStartObject("stream_options"u8);
                writer.WriteBoolean("include_usage"u8, true);
                writer.WriteEndObject();
            }

            foreach (var setting in settings.EnumerateObject().Where(static setting => !s_own.Contains(setting.Name)))
            {
                writer.WritePropertyName(setting.Name);
                writer.WriteRawValue(setting.Value.GetRawText());
            }

            writer.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(buffer.WrittenMemory));
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
}
