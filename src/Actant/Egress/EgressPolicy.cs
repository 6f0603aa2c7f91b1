using System.Net;

namespace Actant.Egress;

/// <summary>What the operator lets out. The defaults: any public address over HTTP and HTTPS, nothing private, no metadata service.</summary>
public sealed record EgressPolicy
{
    /// <summary>
    /// Hosts that may be called: <c>api.example.com</c> is that host, <c>*.example.com</c> everything below it and not itself. Any host
    /// if empty.
    /// </summary>
    public IReadOnlyList<string> AllowedDomains { get; init; } = [];

    /// <summary><c>http</c>, <c>https</c> or both.</summary>
    public IReadOnlyList<string> AllowedSchemes { get; init; } = ["https", "http"];

    /// <summary>Ports that may be called; any if empty.</summary>
    public IReadOnlyList<int> AllowedPorts { get; init; } = [];

    /// <summary>Whether loopback, private (RFC 1918, ULA) and carrier-grade NAT addresses may be called.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>
    /// Networks that may be called although their addresses are not public. A metadata service must stand here by its own
    /// <c>/32</c> or <c>/128</c>; unspecified, multicast, broadcast and transitional addresses stay refused.
    /// </summary>
    public IReadOnlyList<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>
    /// Where this process listens itself. Never called, whatever else is allowed: who may ask for a request would be somebody at the machine there.
    /// </summary>
    public IReadOnlyList<IPEndPoint> OwnAddresses { get; init; } = [];

    /// <summary>Whether a redirect may lead from HTTPS to HTTP.</summary>
    public bool AllowDowngrade { get; init; }

    /// <summary>Whether a caller may ask not to check a server's certificate.</summary>
    public bool AllowUnverifiedTls { get; init; }

    /// <summary>The most redirects that a caller may ask to follow.</summary>
    public int MaxRedirects { get; init => field = OptionRange.Check(value, 0, 100); } = 10;

    /// <summary>The most bytes of an answer's body, counted after decompression.</summary>
    public long MaxResponseBytes { get; init => field = OptionRange.Check(value, 1, long.MaxValue); } = 5 * 1024 * 1024;

    /// <summary>How long resolving, connecting and the TLS handshake may take together.</summary>
    public TimeSpan ConnectTimeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(10);

    /// <summary>How long the head of an answer may take, each redirect anew.</summary>
    public TimeSpan ResponseTimeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(100);

    /// <summary>Whether a text can stand in <see cref="AllowedDomains"/>.</summary>
    public static bool IsDomain(string pattern) => DomainList.TryRead(pattern, out _, out _);
}
