using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.Nodes;

/// <summary>
/// What an answer holds beside its text and calls, as typed parts: reasoning with its signature, media, citations, and whatever else its
/// provider said. Kept as it came, for it goes back as it was.
/// </summary>
internal static class AnswerParts
{
    private const string Reasoning = "reasoning";
    private const string Media = "media";
    private const string Citation = "citation";
    private const string Opaque = "provider_data";

    /// <summary>A part; <c>null</c> for what cannot be kept as JSON.</summary>
    public static JsonElement? Of(AIContent content)
    {
        try
        {
            var part = content switch
            {
                TextReasoningContent reasoning => new JsonObject
                {
                    ["type"] = Reasoning,
                    ["reasoning"] = JournalText.AsText(reasoning.Text),
                    ["signature"] = reasoning.ProtectedData,
                    ["field"] = reasoning.AdditionalProperties?.TryGetValue(ModelCallProperties.Field, out string? field) == true ? field : null,
                },
                DataContent data => new JsonObject { ["type"] = Media, ["url"] = data.Uri, ["media_type"] = data.MediaType, ["name"] = data.Name },
                UriContent uri => new JsonObject { ["type"] = Media, ["url"] = uri.Uri.OriginalString, ["media_type"] = uri.MediaType },
                _ => new JsonObject { ["type"] = Opaque, ["data"] = JsonSerializer.SerializeToNode(content, ChatJson.Options.GetTypeInfo(typeof(AIContent))) },
            };
            return Stored(part);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A citation as a part.</summary>
    public static JsonElement? Of(CitationAnnotation citation) => Stored(new JsonObject
    {
        ["type"] = Citation,
        ["title"] = JournalText.AsText(citation.Title),
        ["url"] = citation.Url?.OriginalString,
        ["file_id"] = citation.FileId,
        ["snippet"] = JournalText.AsText(citation.Snippet),
    });

    /// <summary>What a model is given of a part; <c>null</c> for one that only people read.</summary>
    public static AIContent? Content(JsonElement part)
    {
        try
        {
            return part.Text("type") switch
            {
                Reasoning => new TextReasoningContent(part.Text("reasoning"))
                {
                    ProtectedData = part.Text("signature"),
                    AdditionalProperties = part.Text("field") is { } field ? new() { [ModelCallProperties.Field] = field } : null,
                },
                Media when part.Text("url") is { } url && part.Text("media_type") is { } type =>
                    url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url) { Name = part.Text("name") } : new UriContent(url, type),
                Opaque when part.Member("data") is { } data => (AIContent?)data.Deserialize(ChatJson.Options.GetTypeInfo(typeof(AIContent))),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonElement? Stored(JsonObject part)
    {
        foreach (var name in part.Where(static member => member.Value is null).Select(static member => member.Key).ToList())
        {
            part.Remove(name);
        }

        var value = JsonElement.Parse(part.ToJsonString(ChatJson.Options), JsonLimits.Decoding);
        return JsonLimits.IsTooDeep(value) ? null : JournalText.AsStored(value);
    }
}
