using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Threads;

/// <summary>Erases what is kept about somebody.</summary>
internal sealed class SubjectEndpoint(ActantOperations operations)
{
    /// <summary>Not cut off when the caller goes away: what was begun is worth its end.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var view = Replies.Take(
            await operations.Threads.EraseSubjectAsync(AccessGuard.CallerOf(context), new SubjectCommand(RouteValues.Of(context, "id")), CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.EraseSubject.Json);
    }
}
