using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Threads;

/// <summary>Erases what is kept about somebody.</summary>
internal sealed class SubjectEndpoint(TenantResolver tenants)
{
    /// <summary>Not cut off when the caller goes away: what was begun is worth its end.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var subject = (string)context.Request.RouteValues["id"]!;
        if (!RequestText.IsName(subject))
        {
            throw new ProblemException(ProblemCodes.NotFound, "A subject has 1 to 255 characters, none of them a control character.");
        }

        var erased = await tenants.ClientOf(context).EraseSubjectAsync(subject, CancellationToken.None);
        await Answer.WriteAsync(context, StatusCodes.Status200OK, new ErasedView(erased), WireJson.Wire.ErasedView);
    }
}
