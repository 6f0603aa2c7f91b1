using System.Net;
using System.Net.Security;

namespace Actant.Egress;

/// <summary>
/// The one way out for HTTP whose address a user, a model or another server can steer. Gives clients whose every connection was
/// checked on the address that it goes to. Safe for concurrent use; its clients share their connections.
/// </summary>
public sealed class EgressGuard : IDisposable
{
    /// <summary>How many KiB of headers an answer may have.</summary>
    internal const int MaxHeaderKilobytes = 64;

    private static readonly Lazy<EgressGuard> s_default = new(static () => new EgressGuard(new EgressPolicy()));

    private readonly EgressRules _rules;
    private readonly IHostResolver _resolver;
    private readonly GuardedConnector _connector;
    private readonly IEgressAudit? _audit;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _verified;
    private readonly HttpMessageInvoker _unverified;

    /// <summary>A guard for a policy.</summary>
    /// <param name="policy">What is let out.</param>
    /// <param name="resolver">Finds addresses; the operating system's resolver by default.</param>
    /// <param name="audit">Told of every request.</param>
    /// <param name="time">The clock of time-outs.</param>
    /// <exception cref="ArgumentException">A pattern of the policy's domains is malformed.</exception>
    public EgressGuard(EgressPolicy policy, IHostResolver? resolver = null, IEgressAudit? audit = null, TimeProvider? time = null)
    {
        Policy = policy;
        _rules = new EgressRules(policy);
        _resolver = resolver ?? new SystemHostResolver();
        _connector = new GuardedConnector(_rules, _resolver);
        _audit = audit;
        _time = time ?? TimeProvider.System;
        _verified = Connect(new SslClientAuthenticationOptions());
#pragma warning disable CA5359 // Used only where the operator's policy permits it.
        _unverified = Connect(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true });
#pragma warning restore CA5359
    }

    /// <summary>What is let out.</summary>
    public EgressPolicy Policy { get; }

    /// <summary>
    /// Further addresses that this process listens on, known once it does: never called, like <see cref="EgressPolicy.OwnAddresses"/>. In place of
    /// those that were said so before.
    /// </summary>
    public void Listens(IEnumerable<IPEndPoint> addresses) => _rules.Own = [.. Policy.OwnAddresses, .. addresses];

    /// <summary>A guard with the default policy, for whoever was given none.</summary>
    internal static EgressGuard Default => s_default.Value;

    /// <summary>
    /// Why a URL would be refused, as far as that can be said without the network; <c>null</c> if nothing speaks against it. The
    /// addresses of a host name are checked when it is called.
    /// </summary>
    public Failure? Check(string url, EgressLimits? limits = null)
    {
        try
        {
            _rules.Check(EgressUrl.Parse(url), limits is null ? null : new DomainList(limits.AllowedDomains));
            return null;
        }
        catch (EgressException refused)
        {
            return refused.Failure;
        }
    }

    /// <summary>
    /// A handler for an <see cref="HttpClient"/>. It follows redirects itself, writes every request but GET, HEAD and OPTIONS once
    /// whatever becomes of its connection, and throws <see cref="EgressException"/> for whatever is refused or gets no answer. Disposing it leaves the shared connections open.
    /// </summary>
    /// <exception cref="ArgumentException">A pattern of the limits' domains is malformed.</exception>
    public HttpMessageHandler CreateHandler(EgressCaller caller, EgressLimits? limits = null)
    {
        limits ??= new EgressLimits();
        return new GuardedHandler(Policy, _rules, _connector, limits.VerifyTls ? _verified : _unverified, caller, limits, _audit, _time);
    }

    /// <summary>
    /// A handler for one address that an operator chose, such as a vendor's: private networks are let out, metadata services and
    /// everything else that is refused by its address are not; no redirect is followed, a proxy of the environment is used, a
    /// request that may have an effect is written once, and an answer that is given up is closed at once. The caller's to dispose of.
    /// </summary>
    public HttpMessageHandler CreateEndpointHandler() => CreateEndpointHandler(new SslClientAuthenticationOptions());

    /// <summary>The same, with TLS as it is told.</summary>
    internal HttpMessageHandler CreateEndpointHandler(SslClientAuthenticationOptions tls) => new WriteOnceHandler(new SocketsHttpHandler
    {
        SslOptions = tls,
        ConnectCallback = new GuardedConnector(new EgressRules(Policy with { AllowPrivateNetworks = true, OwnAddresses = [] }), _resolver).ConnectAsync,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ResponseDrainTimeout = TimeSpan.Zero,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = TraceHeaders.Instance,
    });

    /// <inheritdoc />
    public void Dispose()
    {
        _verified.Dispose();
        _unverified.Dispose();
    }

    // No proxy of the environment: it would resolve and connect where the guard cannot look.
    private HttpMessageInvoker Connect(SslClientAuthenticationOptions tls) => new(new WriteOnceHandler(new SocketsHttpHandler
    {
        ConnectCallback = _connector.ConnectAsync,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = Policy.ConnectTimeout,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxConnectionsPerServer = 64,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ActivityHeadersPropagator = null,
        PreAuthenticate = false,
        SslOptions = tls,
    }));
}
