using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Executions;

/// <summary>Where a reader of a stream wants to go on, as they say it.</summary>
internal static class EventPlace
{
    public static string? Of(HttpContext context) =>
        context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } header] ? header : context.Request.Query["after"].ToString();
}
