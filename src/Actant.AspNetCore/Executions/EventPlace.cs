using Actant.AspNetCore.Problems;
using Actant.Events;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Where a reader of a stream wants to go on.</summary>
internal static class EventPlace
{
    /// <exception cref="ProblemException">It is no place.</exception>
    public static EventId? Of(HttpContext context)
    {
        var text = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } header] ? header : context.Request.Query["after"].ToString();
        return text.Length == 0 ? null
            : EventId.TryParse(text, out var id) ? id
            : throw new ProblemException(ProblemCodes.InvalidInput, "Last-Event-ID, or ?after=, is the id of an event: <position>-<n>.");
    }
}
