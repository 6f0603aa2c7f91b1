using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.Journaling;

/// <summary>Reads the typed parts of a message's content: as what a model is given, and what is wrong with one that nobody can be given.</summary>
internal static class MessageParts
{
    /// <summary>On an image: how closely a model shall look at it.</summary>
    public const string Detail = "actant.detail";

    private const string Known = "text, image_url, input_audio, file, refusal and json";
    private static readonly string[] s_sources = ["file_data", "file_url", "file_id"];

    private static readonly Dictionary<string, (string[] Part, string[] Inner)> s_fields = new(StringComparer.Ordinal)
    {
        ["text"] = (["text"], []),
        ["image_url"] = (["image_url"], ["url", "detail"]),
        ["input_audio"] = (["input_audio"], ["data", "format"]),
        ["file"] = (["file"], ["filename", "file_data", "file_url", "file_id", "media_type"]),
        ["refusal"] = (["refusal"], []),
        ["json"] = (["json"], []),
    };

    private const string Address = "an address (https://…), or data:TYPE;base64,…";

    /// <summary>What is wrong with a part, with the path below it; <c>null</c> if it can be used.</summary>
    public static (string Path, string Message)? FaultOf(JsonElement part) => Read(part).Fault ?? Excess(part);

    /// <summary>The field of a part that can be used, but that nobody would be given; <c>null</c> if there is none.</summary>
    public static (string Path, string Message)? LeftOut(JsonElement part)
    {
        var type = part.Text("type") ?? TypeOf(part) ?? "";
        var (own, inner) = s_fields[type];
        return Unread(part, "", [.. own, "type"]) ?? (inner.Length > 0 && part.Member(type) is { ValueKind: JsonValueKind.Object } value ? Unread(value, $".{type}", inner) : null);
    }

    /// <summary>What a model is given of a list of parts; those that cannot be read are left out.</summary>
    public static IEnumerable<AIContent> Contents(JsonElement parts) =>
        parts.EnumerateArray().Select(static part => Read(part).Content).OfType<AIContent>();

    private static (AIContent? Content, (string Path, string Message)? Fault) Read(JsonElement part)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            return Wrong("", "A part must be an object with a `type`, such as {type: text, text: …}.");
        }

        return (part.Text("type") ?? TypeOf(part)) switch
        {
            "text" => part.Text("text") is { } text ? (new TextContent(text), null) : Wrong(".text", "`text` must be a text."),
            "image_url" => ReadImage(part),
            "input_audio" => ReadAudio(part),
            "file" => ReadFile(part),
            "refusal" => part.Text("refusal") is { } refusal ? (new TextContent(refusal), null) : Wrong(".refusal", "`refusal` must be a text."),
            "json" => part.TryGetProperty("json"u8, out var json) ? (new TextContent(JsonText.Of(json)), null) : Wrong(".json", "A value is needed."),
            null => Wrong(".type", $"A part needs a `type`: {Known}."),
            _ => Wrong(".type", $"There are no parts of this type; there are {Known}."),
        };
    }

    /// <summary>What is refused where it comes in; journals of earlier builds may hold it, and are read as they were.</summary>
    private static (string Path, string Message)? Excess(JsonElement part) => part.Text("type") switch
    {
        "input_audio" when part.Member("input_audio")?.Text("format") is not ("wav" or "mp3") =>
            (".input_audio.format", "The `format` of audio is wav or mp3; sound of another kind is a part of type file."),
        "file" when part.Member("file") is { } file && s_sources.Count(source => file.Member(source) is { ValueKind: not JsonValueKind.Null }) > 1 =>
            (".file", "A file has one of `file_data`, `file_url` and `file_id`: of two, one would not be read."),
        _ => null,
    };

    private static (string Path, string Message)? Unread(JsonElement value, string path, string[] fields)
    {
        foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null && !fields.Contains(member.Name)))
        {
            return ($"{path}.{member.Name}", $"A part of this type has no field `{member.Name}`, which no model would be given; leave it out. There are {string.Join(", ", fields)}.");
        }

        return null;
    }

    /// <summary>Parts without a type were taken for what they hold, and are.</summary>
    private static string? TypeOf(JsonElement part) =>
        part.TryGetProperty("type"u8, out _) ? null : part.Text("text") is not null ? "text" : part.Member("image_url") is not null ? "image_url" : null;

    private static (AIContent? Content, (string Path, string Message)? Fault) ReadImage(JsonElement part)
    {
        var image = part.Member("image_url");
        var url = image is { ValueKind: JsonValueKind.String } text ? text.GetString() : image?.Text("url");
        var content = Of(url, "image/*");
        var detail = image?.Member("detail");
        if (detail is not null && image!.Value.Text("detail") is not ("auto" or "low" or "high"))
        {
            return Wrong(".image_url.detail", "`detail` must be auto, low or high.");
        }

        if (detail is not null && content is not null)
        {
            (content.Value.Content.AdditionalProperties ??= [])[Detail] = detail.Value.GetString();
        }

        return content is null ? Wrong(".image_url", $"An image needs {Address}.")
            : !content.Value.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? Wrong(".image_url", $"`{content.Value.MediaType}` is no image; a document is a part of type file.")
            : (content.Value.Content, null);
    }

    private static (AIContent? Content, (string Path, string Message)? Fault) ReadAudio(JsonElement part)
    {
        var audio = part.Member("input_audio");
        return audio?.Text("data") is not { Length: > 0 } data || !Base64.IsValid(data) || data.Any(char.IsWhiteSpace)
                ? Wrong(".input_audio.data", "Audio needs `data` in base64, without line breaks.")
            : audio.Value.Text("format") is not { Length: > 0 and <= 32 } format || !format.All(char.IsAsciiLetterOrDigit)
                ? Wrong(".input_audio.format", "Audio needs a `format`, such as wav or mp3.")
            : (new DataContent(Convert.FromBase64String(data), $"audio/{(format == "mp3" ? "mpeg" : format)}"), null);
    }

    /// <summary>How a part of type <c>input_audio</c> names a media type; <c>null</c> where it cannot.</summary>
    public static string? FormatOf(string mediaType) =>
        mediaType["audio/".Length..] switch { "wav" => "wav", "mpeg" or "mp3" => "mp3", _ => null };

    private static (AIContent? Content, (string Path, string Message)? Fault) ReadFile(JsonElement part)
    {
        var file = part.Member("file") ?? default;
        var name = file.Text("filename");
        if (file.Text("file_id") is { Length: > 0 } id)
        {
            return (new HostedFileContent(id) { Name = name }, null);
        }

        if (file.Text("file_data") is { } data)
        {
            if (Of(data, "") is not { Content: DataContent content })
            {
                return Wrong(".file.file_data", "A file's data is data:TYPE;base64,…");
            }

            content.Name = name;
            return (content, null);
        }

        if (file.Member("media_type") is { } stated && !(stated.ValueKind == JsonValueKind.String && IsMediaType(stated.GetString()!)))
        {
            return Wrong(".file.media_type", "A media type is expected, such as application/pdf.");
        }

        return file.Text("file_url") is { } url && Of(url, file.Text("media_type") ?? GuessOf(url)) is { Content: UriContent address } ? (address, null)
            : Wrong(".file", "A file needs `file_data` (data:TYPE;base64,…), `file_url` (https://…) or the `file_id` that its provider gave.");
    }

    private static string GuessOf(string url) => url.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) ? "application/pdf" : "application/octet-stream";

    private static bool IsMediaType(string text) =>
        text.Length <= 127 && System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(text, out var type) && type.MediaType == text && type.Parameters.Count == 0;

    /// <summary>An address or data; <c>null</c> for anything else, paths of this machine above all.</summary>
    private static (AIContent Content, string MediaType)? Of(string? url, string mediaType)
    {
        if (url is null || url.AsSpan().ContainsAny(' ', '\n', '\r') || url.Contains('\t', StringComparison.Ordinal))
        {
            return null;
        }

        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0
                ? (new UriContent(address, mediaType), mediaType)
                : null;
        }

        const string Base64Mark = ";base64,";
        var mark = url.IndexOf(Base64Mark, StringComparison.OrdinalIgnoreCase);
        if (mark < 0 || mark + Base64Mark.Length == url.Length || !Base64.IsValid(url.AsSpan(mark + Base64Mark.Length)))
        {
            return null;
        }

        try
        {
            var data = new DataContent(url);
            return (data, data.MediaType);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static (AIContent? Content, (string Path, string Message)? Fault) Wrong(string path, string message) => (null, (path, message));
}
