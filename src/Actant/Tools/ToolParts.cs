using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Tools;

/// <summary>Typed parts of a tool's result, in the form of the parts of a message's content.</summary>
internal static class ToolParts
{
    /// <summary>The most parts of one result.</summary>
    public const int MaxParts = 100;

    /// <summary>Contents as parts.</summary>
    /// <exception cref="ArgumentException">There is none, or one is of a kind that conversations cannot hold.</exception>
    public static JsonElement Of(IEnumerable<AIContent> contents)
    {
        var parts = new JsonArray([.. contents.Select(PartOf)]);
        return parts.Count > 0
            ? JsonSerializer.SerializeToElement(parts, ChatJson.Options)
            : throw new ArgumentException("A part is needed.", nameof(contents));
    }

    /// <summary>What is wrong with parts, as path and message; <c>null</c> if a model can be given them.</summary>
    public static (string Path, string Message)? FaultOf(JsonElement parts)
    {
        if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() is < 1 or > MaxParts)
        {
            return ("$", $"1 to {MaxParts} parts are needed, in a list.");
        }

        foreach (var (index, part) in parts.EnumerateArray().Index())
        {
            if (MessageParts.FaultOf(part) is { } fault)
            {
                return ($"$[{index}]{fault.Path}", fault.Message);
            }
        }

        return null;
    }

    /// <summary>A content as a part.</summary>
    /// <exception cref="ArgumentException">It is of a kind that conversations cannot hold.</exception>
    public static JsonObject PartOf(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["type"] = "text", ["text"] = text.Text },
        DataContent data when data.MediaType == "application/json" => new JsonObject { ["type"] = "json", ["json"] = Json(data) },
        DataContent data when data.HasTopLevelMediaType("image") => Image(data.Uri),
        DataContent data when data.HasTopLevelMediaType("audio") && MessageParts.FormatOf(data.MediaType) is { } format => new JsonObject
        {
            ["type"] = "input_audio",
            ["input_audio"] = new JsonObject { ["data"] = data.Base64Data.ToString(), ["format"] = format },
        },
        DataContent data => File(new JsonObject { ["file_data"] = data.Uri }, data.Name),
        UriContent uri when uri.HasTopLevelMediaType("image") => Image(uri.Uri.OriginalString),
        UriContent uri => File(new JsonObject { ["file_url"] = uri.Uri.OriginalString, ["media_type"] = uri.MediaType }, null),
        HostedFileContent hosted => File(new JsonObject { ["file_id"] = hosted.FileId }, hosted.Name),
        _ => throw new ArgumentException($"A result holds texts, images, audio, files and JSON, not {content?.GetType().Name ?? "nothing"}.", nameof(content)),
    };

    private static JsonObject Image(string address) => new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = address } };

    private static JsonObject File(JsonObject file, string? name)
    {
        if (name is not null)
        {
            file["filename"] = name;
        }

        return new JsonObject { ["type"] = "file", ["file"] = file };
    }

    private static JsonNode? Json(DataContent data)
    {
        try
        {
            var value = JsonElement.Parse(data.Data.Span, JsonLimits.Decoding);
            return StorableJson.IsWhole(value) ? JsonNode.Parse(data.Data.Span, documentOptions: JsonLimits.Decoding)
                : throw new ArgumentException($"A part that says that it is JSON cannot be read. {StorableJson.Half}", nameof(data));
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"A part that says that it is JSON is none: {exception.Message}", nameof(data), exception);
        }
    }
}
