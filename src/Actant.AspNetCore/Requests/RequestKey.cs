using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>The header <c>Idempotency-Key</c>: a request that is sent again with it is the first one.</summary>
internal static class RequestKey
{
    /// <summary>The key, or <c>null</c>.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string? Of(HttpContext context)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        if (values.Count == 0)
        {
            return null;
        }

        return values.Count == 1 && RequestText.IsName(values[0])
            ? values[0]
            : throw new ProblemException(ProblemCodes.InvalidInput, "Idempotency-Key: one text of 1 to 255 characters is expected.");
    }
}
