using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Actant.AspNetCore.Threads;

/// <summary>Erases what is kept about somebody.</summary>
internal sealed class SubjectEndpoint(ActantOperations operations)
{
    /// <summary>Not cut off when the caller goes away: what was begun is worth its end.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var view = Replies.Take(
            await operations.Threads.EraseSubjectAsync(AccessGuard.CallerOf(context), new SubjectCommand(Subject(context)), CancellationToken.None), context);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, view, Operations.EraseSubject.Json);
    }

    /// <summary>
    /// As it was sent: a route's value keeps <c>%2F</c> as it is, so that a subject with a slash could not be told from another one, and
    /// somebody else's data would be erased.
    /// </summary>
    private static string Subject(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
