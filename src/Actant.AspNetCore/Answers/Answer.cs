using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Answers;

/// <summary>Writes JSON answers.</summary>
internal static class Answer
{
    public static async Task WriteAsync<T>(
        HttpContext context, int status, T value, JsonTypeInfo<T> type, string contentType = "application/json")
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Names the version of what follows; <c>true</c> if the caller has that one already and got 304.</summary>
    public static bool IsKnown(HttpContext context, string version)
    {
        var tag = $"\"{version}\"";
        context.Response.Headers.ETag = tag;
        var known = context.Request.Headers.IfNoneMatch.Any(header =>
            header is not null && header.Split(',', StringSplitOptions.TrimEntries).Any(candidate => candidate == tag || candidate == "*"));
        if (known)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
        }

        return known;
    }
}
