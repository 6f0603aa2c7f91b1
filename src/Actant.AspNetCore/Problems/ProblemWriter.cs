using Actant.AspNetCore.Answers;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Problems;

/// <summary>Answers with problem details.</summary>
internal static class ProblemWriter
{
    public static Task WriteAsync(HttpContext context, Refusal refusal, string? errorId = null, int retryAfter = 1)
    {
        var (status, title) = ProblemTable.Of(refusal);
        return WriteAsync(context, status, title, refusal, errorId, retryAfter);
    }

    /// <summary>For what servers and middleware refuse by a bare status.</summary>
    public static Task WriteStatusAsync(HttpContext context, int status)
    {
        var code = ProblemTable.CodeOf(status);
        return WriteAsync(context, status, ProblemTable.Of(code).Title, new Refusal(code, Explain(context, status)), errorId: null);
    }

    private static Task WriteAsync(HttpContext context, int status, string title, Refusal refusal, string? errorId, int retryAfter = 1)
    {
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (status == StatusCodes.Status408RequestTimeout)
        {
            // The rest of the body is not waited for either.
            context.Response.Headers.Connection = "close";
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = retryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        return Answer.WriteAsync(context, status, Describe(context, status, title, refusal, errorId), ProblemJson.Wire.Problem, "application/problem+json");
    }

    /// <summary>The problem of one of several things that a request asked for.</summary>
    public static Problem Describe(HttpContext context, Refusal refusal)
    {
        var (status, title) = ProblemTable.Of(refusal);
        return Describe(context, status, title, refusal, errorId: null);
    }

    private static Problem Describe(HttpContext context, int status, string title, Refusal refusal, string? errorId) => new()
    {
        Type = $"urn:actant:problem:{refusal.Code}",
        Title = title,
        Status = status,
        Detail = refusal.Message,
        Code = refusal.Code,
        Instance = context.Request.Path.Value is { Length: > 0 and <= 1024 } path ? new PathString(path).ToUriComponent() : null,
        ErrorId = errorId,
        Errors = refusal.Errors,
    };

    private static string Explain(HttpContext context, int status) => status switch
    {
        404 => "See docs/http-api.md for the addresses that there are.",
        405 => $"{context.Request.Method} is not possible here; the Allow header names what is.",
        503 => "The server cannot serve this now; GET /ready says what it waits for. Send it again later.",
        _ => "The request could not be read.",
    };
}
