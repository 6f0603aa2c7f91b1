using Actant.Api;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>The query string as fields of a command.</summary>
internal static class QueryFields
{
    public static TextFields Of(HttpContext context) => new(name => context.Request.Query[name]);
}
