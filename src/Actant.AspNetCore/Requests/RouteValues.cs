using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>What an address names.</summary>
internal static class RouteValues
{
    public static string Of(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
