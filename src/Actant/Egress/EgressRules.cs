using System.Net;
using System.Net.NetworkInformation;

namespace Actant.Egress;

/// <summary>A policy, ready to be asked.</summary>
internal sealed class EgressRules(EgressPolicy policy)
{
    private readonly DomainList _domains = new(policy.AllowedDomains);
    private volatile IReadOnlyList<IPEndPoint> _own = policy.OwnAddresses;

    /// <summary>Where this process listens.</summary>
    public IReadOnlyList<IPEndPoint> Own
    {
        get => _own;
        set => _own = value;
    }

    /// <summary>What can be said without the network.</summary>
    /// <exception cref="EgressException">A rule forbids the URL.</exception>
    public void Check(EgressUrl url, DomainList? narrower = null)
    {
        if (!policy.AllowedSchemes.Contains(url.Uri.Scheme, StringComparer.OrdinalIgnoreCase) || url.Uri.Scheme is not ("http" or "https"))
        {
            throw Refused(url, $"the scheme {url.Uri.Scheme} is not allowed; use {string.Join(" or ", policy.AllowedSchemes)}");
        }

        if (policy.AllowedPorts.Count > 0 && !policy.AllowedPorts.Contains(url.Uri.Port))
        {
            throw Refused(url, $"the port {url.Uri.Port} is not in {EgressSettings.AllowedPorts}");
        }

        if (!_domains.Allows(url.Host))
        {
            throw Refused(url, $"the host is not in {EgressSettings.AllowedDomains}");
        }

        if (narrower?.Allows(url.Host) == false)
        {
            throw Refused(url, "the host is not in the tool's allowed_domains");
        }

        if (url.Address is { } address && WhyNot(address, url.Uri.Port) is { } why)
        {
            throw Refused(url, why);
        }
    }

    /// <summary>Why an address must not be connected to; <c>null</c> if it may.</summary>
    public string? WhyNot(IPAddress address, int port) => IsOwn(address, port) ? "this server listens there itself" : WhyNot(address);

    private bool IsOwn(IPAddress address, int port)
    {
        foreach (var own in Own)
        {
            var target = AddressTable.Unwrap(address);
            if (own.Port == port && (own.Address.Equals(target) || (IsAny(own.Address) && (IsAny(target) || IPAddress.IsLoopback(target) || IsOfMachine(target)))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsOfMachine(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .Any(card => card.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address)));

    /// <summary>Why an address must not be connected to at any port; <c>null</c> if it may.</summary>
    public string? WhyNot(IPAddress address)
    {
        var (kind, name) = AddressTable.Find(address);
        var target = AddressTable.Unwrap(address);
        var isAllowed = kind switch
        {
            AddressKind.Public => true,
            AddressKind.Private => policy.AllowPrivateNetworks || policy.AllowedNetworks.Any(network => network.Contains(target)),
            AddressKind.Special => policy.AllowedNetworks.Any(network => network.Contains(target)),
            AddressKind.Metadata => policy.AllowedNetworks.Any(network => network.BaseAddress.Equals(target) && network.PrefixLength == target.GetAddressBytes().Length * 8),
            _ => false,
        };
        return isAllowed ? null : kind switch
        {
            AddressKind.Private => $"its address {address} is {name}; an operator can allow it by {EgressSettings.AllowedNetworks} or {EgressSettings.AllowPrivateNetworks}",
            AddressKind.Special => $"its address {address} is {name}; an operator can allow it by {EgressSettings.AllowedNetworks}",
            AddressKind.Metadata => $"its address {address} is {name}",
            _ => $"its address {address} is {name}, which is never called",
        };
    }

    public static EgressException Refused(EgressUrl url, string why) =>
        new(EgressErrors.Refused, $"{url.Uri.Scheme}://{url.Uri.Authority} was not called: {why}.");
}
