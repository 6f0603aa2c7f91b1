using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Actant.AspNetCore.Requests;

/// <summary>What an address names.</summary>
internal static class RouteValues
{
    /// <summary>
    /// As it was sent: a route's value keeps <c>%2F</c> as it is, so that a name with a slash could not be told from another one, and
    /// somebody else's data would be shown or erased.
    /// </summary>
    public static string Of(HttpContext context, string name)
    {
        var value = (string)context.Request.RouteValues[name]!;
        return value.Contains("%2F", StringComparison.OrdinalIgnoreCase) && AsSent(context, name) is { } sent && Kept(sent) == value
            ? Uri.UnescapeDataString(sent)
            : value;
    }

    // Counted from the end: an application may have put the whole under a prefix.
    private static string? AsSent(HttpContext context, string name)
    {
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments ?? [];
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/').Split('/');
        for (var behind = 0; behind < pattern.Count && behind < path.Length; behind++)
        {
            if (pattern[pattern.Count - 1 - behind].Parts is [RoutePatternParameterPart parameter] && parameter.Name == name)
            {
                return path[path.Length - 1 - behind];
            }
        }

        return null;
    }

    /// <summary>What routing makes of a part of an address.</summary>
    private static string Kept(string sent) =>
        string.Join("%2F", sent.Split("%2F").Select(static part => string.Join("%2f", part.Split("%2f").Select(Uri.UnescapeDataString))));
}
