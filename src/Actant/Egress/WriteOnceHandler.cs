namespace Actant.Egress;

/// <summary>
/// Stands in front of each pool of connections: a request that may have an effect is written once, whatever the pool does. What may
/// be repeated is repeated by whoever knows its class and its key.
/// </summary>
internal sealed class WriteOnceHandler(HttpMessageHandler pool) : DelegatingHandler(pool)
{
    /// <summary>Set on a request whose method does not say that it has an effect.</summary>
    public static readonly HttpRequestOptionsKey<bool> HasEffect = new("actant.has_effect");

    /// <summary>What the caller gave as the content of a request that was sent.</summary>
    public static HttpContent? ContentOf(HttpRequestMessage request) =>
        request.Content is WriteOnceContent once ? once.Inner : request.Content;

    /// <summary>Whether a method reads, and nothing else.</summary>
    public static bool IsReading(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsReading(request.Method) || request.Options.TryGetValue(HasEffect, out var hasEffect) && hasEffect)
        {
            request.Content = new WriteOnceContent(ContentOf(request));

            // Waiting for a go-ahead is a time in which the pool would still repeat.
            request.Headers.ExpectContinue = false;
            SendPermit.Check();
        }
        else
        {
            SendPermit.Use();
        }

        return base.SendAsync(request, cancellationToken);
    }
}
