using System.Text.Json;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>A conversation in OpenAI's words.</summary>
internal sealed class OpenAIMessages(VendorFailures failures)
{
    /// <summary>Writes the list.</summary>
    public void Write(Utf8JsonWriter writer, IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        writer.WriteStartArray();
        if (instructions is { Length: > 0 })
        {
            WriteText(writer, "system", instructions);
        }

        var shown = new List<AIContent>();
        foreach (var message in messages)
        {
            if (message.Role != ChatRole.Tool)
            {
                WriteShown(writer, shown);
            }

            if (message.Role == ChatRole.Tool)
            {
                foreach (var result in message.Contents.OfType<FunctionResultContent>())
                {
                    WriteResult(writer, result, shown);
                }
            }
            else if (message.Role == ChatRole.Assistant)
            {
                WriteAnswer(writer, message);
            }
            else if (message.Role == ChatRole.System)
            {
                WriteText(writer, "system", message.Text);
            }
            else
            {
                WriteUser(writer, message);
            }
        }

        WriteShown(writer, shown);
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string role, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteString("content"u8, text);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Results are texts in this interface. What else one holds is named in it and shown in a message behind the results of all calls of the
    /// answer, between which nothing may stand.
    /// </summary>
    private static void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, List<AIContent> shown)
    {
        var parts = ResultParts.Of(result);
        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, result.CallId);
        writer.WriteString("content"u8, parts is not null ? ResultParts.TextOf(parts) : result.Result as string ?? JsonSerializer.Serialize(result.Result, ChatJson.Options.GetTypeInfo(typeof(object))));
        writer.WriteEndObject();
        var own = parts?.Where(static part => part is not TextContent && IsTaken(part)).ToList() ?? [];
        if (own.Count > 0)
        {
            shown.Add(new TextContent($"From the result of {result.CallId}:"));
            shown.AddRange(own);
        }
    }

    private void WriteShown(Utf8JsonWriter writer, List<AIContent> shown)
    {
        if (shown.Count > 0)
        {
            WriteUser(writer, new ChatMessage(ChatRole.User, shown));
            shown.Clear();
        }
    }

    /// <summary>Whether <see cref="WritePart"/> can write it.</summary>
    private static bool IsTaken(AIContent content) => content switch
    {
        UriContent uri => uri.HasTopLevelMediaType("image"),
        _ => content is TextContent or DataContent or HostedFileContent,
    };

    private static void WriteAnswer(Utf8JsonWriter writer, ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>().ToList();
        var text = message.Text;
        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        if (text.Length > 0 || calls.Count == 0)
        {
            writer.WriteString("content"u8, text);
        }

        if (calls.Count > 0)
        {
            WriteThoughts(writer, message);
            writer.WriteStartArray("tool_calls"u8);
            calls.ForEach(call => WriteCall(writer, call));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>The reasoning that led to calls goes back with them, in the field that it came in; servers that give none ask for none.</summary>
    private static void WriteThoughts(Utf8JsonWriter writer, ChatMessage message)
    {
        var thoughts = message.Contents.OfType<TextReasoningContent>()
            .GroupBy(static thought => thought.AdditionalProperties?.TryGetValue(ModelCallProperties.Field, out string? field) == true ? field : null);
        foreach (var field in thoughts.Where(static field => field.Key is not null))
        {
            writer.WriteString(field.Key!, string.Concat(field.Select(static thought => thought.Text)));
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, FunctionCallContent call)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, call.CallId);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, CallNames.Of(call.Name));
        writer.WriteString(
            "arguments"u8,
            call.AdditionalProperties?.TryGetValue(ModelCallProperties.RawArguments, out string? raw) == true ? raw : JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), ChatJson.Options.GetTypeInfo(typeof(IDictionary<string, object?>))));
        writer.WriteEndObject();
        if (call.AdditionalProperties?.TryGetValue(ModelCallProperties.ProviderData, out JsonElement data) == true)
        {
            writer.WritePropertyName("extra_content"u8);
            data.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteUser(Utf8JsonWriter writer, ChatMessage message)
    {
        if (message.Contents.All(static content => content is TextContent))
        {
            WriteText(writer, "user", message.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "user"u8);
        writer.WriteStartArray("content"u8);
        foreach (var content in message.Contents)
        {
            WritePart(writer, content);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WritePart(Utf8JsonWriter writer, AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                writer.WriteStartObject();
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Text);
                writer.WriteEndObject();
                break;
            case UriContent image when image.HasTopLevelMediaType("image"):
                WriteImage(writer, image.Uri.OriginalString, image);
                break;
            case DataContent image when image.HasTopLevelMediaType("image"):
                WriteImage(writer, image.Uri, image);
                break;
            case DataContent audio when audio.HasTopLevelMediaType("audio"):
                WriteAudio(writer, audio);
                break;
            case DataContent or HostedFileContent:
                WriteFile(writer, content);
                break;
            default:
                throw new ModelException(failures.OfPart((content as UriContent)?.MediaType is { } type ? $"{type} by address" : content.GetType().Name));
        }
    }

    private static void WriteAudio(Utf8JsonWriter writer, DataContent audio)
    {
        var format = audio.MediaType["audio/".Length..];
        writer.WriteStartObject();
        writer.WriteString("type"u8, "input_audio"u8);
        writer.WriteStartObject("input_audio"u8);
        writer.WriteString("data"u8, audio.Base64Data.Span);
        writer.WriteString("format"u8, format == "mpeg" ? "mp3" : format);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter writer, AIContent content)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "file"u8);
        writer.WriteStartObject("file"u8);
        if (content is DataContent data)
        {
            writer.WriteString("filename"u8, data.Name ?? "file");
            writer.WriteString("file_data"u8, data.Uri);
        }
        else if (content is HostedFileContent file)
        {
            writer.WriteString("file_id"u8, file.FileId);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteImage(Utf8JsonWriter writer, string address, AIContent image)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "image_url"u8);
        writer.WriteStartObject("image_url"u8);
        writer.WriteString("url"u8, address);
        if (image.AdditionalProperties?.TryGetValue(ModelCallProperties.Detail, out string? detail) == true)
        {
            writer.WriteString("detail"u8, detail);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
