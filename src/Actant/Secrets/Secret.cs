using System.Text.Json.Serialization;
using Actant.Egress;

namespace Actant.Secrets;

/// <summary>A value that must not be seen: prints as <c>***</c>, and serialising it is an error.</summary>
[JsonConverter(typeof(SecretConverter))]
public sealed class Secret
{
    /// <summary>The most hosts that one secret may be bound to.</summary>
    public const int MostHosts = 32;

    private readonly string _value;
    private readonly DomainList? _bound;

    /// <summary>A secret.</summary>
    /// <param name="value">The value; at most 64 KiB are held by the sources.</param>
    /// <param name="hosts">
    /// For which hosts it may be used, as in <see cref="EgressPolicy.AllowedDomains"/>; for all if empty. <c>null</c> says nothing of it: a store keeps
    /// what held before.
    /// </param>
    /// <exception cref="ArgumentException">A host is malformed, or there are too many.</exception>
    public Secret(string value, IReadOnlyList<string>? hosts = null)
    {
        if (hosts?.Count > MostHosts)
        {
            throw new ArgumentException($"A secret is for {MostHosts} hosts at most.", nameof(hosts));
        }

        (_value, Hosts) = (value, hosts);
        _bound = hosts is { Count: > 0 } ? new DomainList(hosts) : null;
    }

    /// <summary>For which hosts it may be used; empty or <c>null</c> where nobody said.</summary>
    public IReadOnlyList<string>? Hosts { get; }

    /// <summary>Whether it may be used for a request to this URL.</summary>
    public bool MayGoTo(string url)
    {
        try
        {
            return _bound?.Allows(EgressUrl.Parse(url).Host) != false;
        }
        catch (EgressException)
        {
            return false;
        }
    }

    /// <summary>The value, for the one call that needs it.</summary>
    public string Reveal() => _value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
