using System.Net;
using System.Net.Sockets;

namespace Actant.Egress;

/// <summary>What addresses are for: the special-purpose registries of IANA, and where clouds keep their metadata.</summary>
internal static class AddressTable
{
    // The first row that contains an address counts.
    private static readonly (IPNetwork Network, AddressKind Kind, string Name)[] s_rows =
    [
        Row("169.254.169.254/32", AddressKind.Metadata, "a cloud's metadata service"),
        Row("169.254.170.2/32", AddressKind.Metadata, "a container's metadata service"),
        Row("169.254.170.23/32", AddressKind.Metadata, "a container's metadata service"),
        Row("100.100.100.200/32", AddressKind.Metadata, "a cloud's metadata service"),
        Row("192.0.0.192/32", AddressKind.Metadata, "a cloud's metadata service"),
        Row("168.63.129.16/32", AddressKind.Metadata, "a cloud's metadata service"),
        Row("0.0.0.0/8", AddressKind.Never, "unspecified"),
        Row("10.0.0.0/8", AddressKind.Private, "private"),
        Row("100.64.0.0/10", AddressKind.Private, "behind carrier-grade NAT"),
        Row("127.0.0.0/8", AddressKind.Private, "loopback"),
        Row("169.254.0.0/16", AddressKind.Special, "link-local"),
        Row("172.16.0.0/12", AddressKind.Private, "private"),
        Row("192.0.0.0/24", AddressKind.Special, "for protocols"),
        Row("192.0.2.0/24", AddressKind.Special, "for documentation"),
        Row("192.88.99.0/24", AddressKind.Never, "a 6to4 relay"),
        Row("192.168.0.0/16", AddressKind.Private, "private"),
        Row("198.18.0.0/15", AddressKind.Special, "for benchmarks"),
        Row("198.51.100.0/24", AddressKind.Special, "for documentation"),
        Row("203.0.113.0/24", AddressKind.Special, "for documentation"),
        Row("224.0.0.0/4", AddressKind.Never, "multicast"),
        Row("255.255.255.255/32", AddressKind.Never, "broadcast"),
        Row("240.0.0.0/4", AddressKind.Never, "reserved"),
        Row("fd00:ec2::/32", AddressKind.Metadata, "a cloud's metadata service"),
        Row("fd20:ce::254/128", AddressKind.Metadata, "a cloud's metadata service"),
        Row("fe80::a9fe:a9fe/128", AddressKind.Metadata, "a cloud's metadata service"),
        Row("::/128", AddressKind.Never, "unspecified"),
        Row("::1/128", AddressKind.Private, "loopback"),
        Row("::/96", AddressKind.Never, "IPv4-compatible"),
        Row("::ffff:0:0:0/96", AddressKind.Never, "IPv4-translated"),
        Row("64:ff9b:1::/48", AddressKind.Never, "local NAT64"),
        Row("100::/64", AddressKind.Never, "a sink"),
        Row("2001::/32", AddressKind.Never, "a Teredo tunnel"),
        Row("2001::/23", AddressKind.Special, "for protocols"),
        Row("2001:db8::/32", AddressKind.Special, "for documentation"),
        Row("2002::/16", AddressKind.Never, "a 6to4 tunnel"),
        Row("3fff::/20", AddressKind.Special, "for documentation"),
        Row("fc00::/7", AddressKind.Private, "private"),
        Row("fe80::/10", AddressKind.Special, "link-local"),
        Row("fec0::/10", AddressKind.Special, "site-local"),
        Row("ff00::/8", AddressKind.Never, "multicast"),
    ];

    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The address that packets end up at: the one that an IPv4-mapped or NAT64 address carries.</summary>
    public static IPAddress Unwrap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && s_nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;

    /// <summary>What an address is for, and the word for it.</summary>
    public static (AddressKind Kind, string Name) Find(IPAddress address)
    {
        var target = Unwrap(address);
        foreach (var (network, kind, name) in s_rows)
        {
            if (network.Contains(target))
            {
                return (kind, name);
            }
        }

        if (target.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return (AddressKind.Public, "public");
        }

        return !s_globalUnicast.Contains(target) ? (AddressKind.Never, "not in use")
            : IsIsatap(target.GetAddressBytes()) ? (AddressKind.Never, "an ISATAP tunnel")
            : (AddressKind.Public, "public");
    }

    private static bool IsIsatap(ReadOnlySpan<byte> bytes) => bytes[8..12] is [0x00 or 0x02, 0x00, 0x5e, 0xfe];

    private static (IPNetwork Network, AddressKind Kind, string Name) Row(string network, AddressKind kind, string name) =>
        (IPNetwork.Parse(network), kind, name);
}
