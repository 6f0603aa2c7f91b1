using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>What the engine answered, as HTTP says it.</summary>
internal static class Replies
{
    /// <summary>The value; says in the headers if it is an earlier request's.</summary>
    /// <exception cref="ProblemException">It was refused.</exception>
    public static T Take<T>(Reply<T> reply, HttpContext context)
        where T : class
    {
        if (reply.IsReplayed)
        {
            context.Response.Headers["Idempotency-Replayed"] = "true";
        }

        return reply.IsDone ? reply.Value : throw new ProblemException(reply.Refusal);
    }
}
