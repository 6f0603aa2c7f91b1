using System.Net;

namespace Actant.Egress;

/// <summary>What a redirect asks for, and what goes along.</summary>
internal static class Redirects
{
    // Everything else may be a credential, or be meant for the first host alone.
    private static readonly HashSet<string> s_harmless = new(StringComparer.OrdinalIgnoreCase) { "Accept", "Accept-Language", "User-Agent" };

    /// <summary>Where an answer sends the caller; <c>null</c> if it is no redirect.</summary>
    public static string? LocationOf(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.FirstOrDefault() : null;

    /// <summary>Whether what follows only reads, and is not the same request once more.</summary>
    public static bool LeadsToReading(HttpMethod method, HttpStatusCode status) => !WriteOnceHandler.IsReading(method) && MethodOf(method, status) == HttpMethod.Get;

    /// <summary>The request that follows.</summary>
    /// <exception cref="EgressException">It would hand the body to somebody else.</exception>
    public static HttpRequestMessage Next(HttpRequestMessage request, HttpStatusCode status, EgressUrl from, EgressUrl to)
    {
        var method = MethodOf(request.Method, status);
        var content = method == request.Method ? WriteOnceHandler.ContentOf(request) : null;
        var isSame = from.IsSameOrigin(to);
        if (content is not null && !isSame)
        {
            throw EgressRules.Refused(to, $"a redirect from {from.Host} would hand the body of the request to another origin; call the right address directly");
        }

        var next = new HttpRequestMessage(method, to.Uri) { Content = content, Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (isSame || s_harmless.Contains(name))
            {
                next.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return next;
    }

    private static HttpMethod MethodOf(HttpMethod method, HttpStatusCode status)
    {
        var keeps = status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        return keeps || method == HttpMethod.Head || (status != HttpStatusCode.SeeOther && method != HttpMethod.Post) ? method : HttpMethod.Get;
    }
}
