namespace Actant.Egress;

/// <summary>What one client asks for: it narrows the policy and never widens it.</summary>
public sealed record EgressLimits
{
    /// <summary>Hosts, as in <see cref="EgressPolicy.AllowedDomains"/>; a host must be allowed by both.</summary>
    public IReadOnlyList<string> AllowedDomains { get; init; } = [];

    /// <summary>Whether redirects are followed; if not, the redirect is the answer.</summary>
    public bool FollowRedirects { get; init; } = true;

    /// <summary>The most redirects; the policy's if that is less.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>
    /// Whether the request must not be made twice, whatever its method: then a redirect is followed only where it leads to reading
    /// something (303, and 301 or 302 of a POST), and is the answer where it asks for the same request elsewhere.
    /// </summary>
    public bool IsUnsafe { get; init; }

    /// <summary>The most bytes of an answer's body; the policy's if that is less.</summary>
    public long MaxResponseBytes { get; init; } = long.MaxValue;

    /// <summary>Whether an answer's body is read; if not, the head is the answer, and a body of any size is left where it is.</summary>
    public bool ReadsBody { get; init; } = true;

    /// <summary>Whether the server's certificate is checked. <c>false</c> only where the policy permits it.</summary>
    public bool VerifyTls { get; init; } = true;
}
