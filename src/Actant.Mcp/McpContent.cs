using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Secrets;
using Actant.Tools;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;

namespace Actant.Mcp;

/// <summary>What a tool answered, as a result: one text as that text, structured content as its value, everything else as typed parts.</summary>
internal static class McpContent
{
    /// <summary>The result.</summary>
    /// <param name="answer">What came.</param>
    /// <param name="name">The tool, for messages.</param>
    /// <param name="scrubber">Takes secrets out of it.</param>
    public static ToolResult ResultOf(CallToolResult answer, string name, SecretScrubber scrubber)
    {
        var blocks = answer.Content ?? [];
        if (answer.IsError == true)
        {
            var said = string.Join('\n', blocks.OfType<TextContentBlock>().Select(static block => block.Text));
            return ToolResult.Failed(McpErrors.ToolFailed, said.Length > 0 ? scrubber.Scrub(said) : $"'{name}' says that it failed, and not why.");
        }

        // With structured content, texts say the same once more.
        var structured = answer.StructuredContent is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value : (JsonElement?)null;
        var kept = structured is null ? blocks : blocks.Where(static block => block is not TextContentBlock);
        try
        {
            var parts = kept.Select(PartOf).ToList();
            if (structured is { } json)
            {
                if (parts.Count == 0)
                {
                    return ToolResult.Succeeded(scrubber.Scrub(json));
                }

                parts.Insert(0, new DataContent(JsonSerializer.SerializeToUtf8Bytes(json, McpJson.Default.JsonElement), "application/json"));
            }

            if (parts.Count > ToolParts.MaxParts)
            {
                var left = parts.Count - ToolParts.MaxParts + 1;
                parts = [.. parts.Take(ToolParts.MaxParts - 1), new TextContent($"({left} more parts are left out.)")];
            }

            return parts switch
            {
                [] => ToolResult.Succeeded(""),
                [TextContent only] => ToolResult.Succeeded(scrubber.Scrub(only.Text)),
                _ => ToolResult.OfParts(scrubber.Scrub(ToolParts.Of(parts))),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or JsonException)
        {
            return ToolResult.Failed(McpErrors.UnexpectedAnswer, $"'{name}' was called and answered with what cannot be kept: {exception.Message}");
        }
    }

    private static AIContent PartOf(ContentBlock block) => block switch
    {
        TextContentBlock text => new TextContent(text.Text),
        ImageContentBlock image => new DataContent(image.DecodedData, image.MimeType),
        AudioContentBlock audio => new DataContent(audio.DecodedData, audio.MimeType),
        EmbeddedResourceBlock { Resource: TextResourceContents text } => new TextContent(text.Text),
        EmbeddedResourceBlock { Resource: BlobResourceContents blob } => new DataContent(blob.DecodedData, blob.MimeType ?? "application/octet-stream") { Name = blob.Uri },
        ResourceLinkBlock link => new TextContent(new JsonObject
        {
            ["resource"] = link.Uri,
            ["name"] = link.Name,
            ["description"] = link.Description,
            ["media_type"] = link.MimeType,
        }.ToJsonString(LanguageModels.ChatJson.Options)),
        _ => throw new FormatException($"content of the type `{block.Type}`"),
    };
}
