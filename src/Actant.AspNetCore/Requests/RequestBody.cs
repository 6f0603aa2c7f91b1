using System.Text.Json;
using Actant.Api;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>Reads the JSON object of a request, within bounds.</summary>
internal static class RequestBody
{
    /// <summary>The fields of the body; none for an absent body where that is allowed.</summary>
    /// <exception cref="ProblemException">The body is too large, or no object of JSON.</exception>
    public static async Task<JsonFields> FieldsAsync(HttpContext context, bool optional = false) => (await ReadAsync(context, optional)).Fields();

    /// <summary>The body as it is.</summary>
    /// <exception cref="ProblemException">As above.</exception>
    public static async Task<JsonElement> ObjectAsync(HttpContext context) => (await ReadAsync(context, optional: false)).Body;

    /// <summary>The bytes of the body, whatever they are.</summary>
    /// <exception cref="ProblemException">They are too many, or compressed.</exception>
    public static Task<BodyBytes> BytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > CommandDocument.MaxBytes)
        {
            throw new ProblemException(CommandDocument.TooLarge());
        }

        if (context.Request.Headers.ContentEncoding.Any(static coding => coding is { Length: > 0 } && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "Send the body as it is, without Content-Encoding: compressed bodies are not read.");
        }

        return BodyGuard.ReadAsync(context);
    }

    private static async Task<CommandDocument> ReadAsync(HttpContext context, bool optional)
    {
        using var bytes = await BytesAsync(context);
        if (bytes.Length == 0 && optional)
        {
            return CommandDocument.Nothing;
        }

        if (bytes.Length > 0 && !IsJson(context.Request.ContentType))
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "Send application/json. An agent in YAML is sent by `actant agents create FILE`.");
        }

        return Replies.Take(CommandDocument.Read(bytes.Whole()), context);
    }

    private static bool IsJson(string? contentType)
    {
        var media = contentType.AsSpan();
        var end = media.IndexOf(';');
        media = (end < 0 ? media : media[..end]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (media.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}
