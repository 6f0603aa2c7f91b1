using System.Net;
using Actant.Egress;

namespace Actant.Tests.Egress;

/// <summary>The published tricks of getting a server to call what it should not, each by name.</summary>
[Trait("Row", "T2")]
public sealed class EgressTrickTests
{
    private static readonly EgressCaller s_caller = new(TenantId.Default, "test");

    /// <summary>Name, URL, and what the resolver would answer for its host.</summary>
    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { "loopback", "http://127.0.0.1/", "" },
        { "loopback, another of the /8", "http://127.1.2.3/", "" },
        { "loopback, trailing dot", "http://127.0.0.1./", "" },
        { "loopback, with a port", "http://127.0.0.1:8080/admin", "" },
        { "loopback, decimal", "http://2130706433/", "" },
        { "loopback, decimal overflow", "http://4294967297/", "" },
        { "loopback, octal", "http://0177.0.0.1/", "" },
        { "loopback, octal all", "http://0177.0000.0000.0001/", "" },
        { "loopback, octal one number", "http://017700000001/", "" },
        { "loopback, hex", "http://0x7f000001/", "" },
        { "loopback, hex parts", "http://0x7f.0x0.0x0.0x1/", "" },
        { "loopback, hex upper case", "http://0X7F.0.0.1/", "" },
        { "loopback, mixed", "http://0x7f.0.0.01/", "" },
        { "loopback, two parts", "http://127.1/", "" },
        { "loopback, three parts", "http://127.0.1/", "" },
        { "loopback, leading zeros", "http://127.000.000.001/", "" },
        { "loopback, bare hex prefix", "http://127.0.0.0x/", "" },
        { "loopback, fullwidth digits", "http://１２７.０.０.１/", "" },
        { "loopback, circled digits", "http://①②⑦.⓪.⓪.①/", "" },
        { "loopback, ideographic stops", "http://127。0。0。1/", "" },
        { "loopback, percent-encoded", "http://%31%32%37.0.0.1/", "" },
        { "loopback, name", "http://localhost/", "127.0.0.1" },
        { "loopback, name below", "http://anything.localhost/", "::1" },
        { "loopback, public name", "http://localtest.me.test/", "127.0.0.1" },
        { "loopback, name with address in it", "http://127.0.0.1.nip.test/", "127.0.0.1" },
        { "loopback, upper case name", "http://LOCALHOST/", "127.0.0.1" },
        { "loopback, circled letters", "http://ⓛocalhost/", "127.0.0.1" },
        { "loopback, fullwidth letters", "http://ｌocalhost/", "127.0.0.1" },
        { "loopback, soft hyphen", "http://local\u00adhost/", "127.0.0.1" },
        { "loopback, zero width", "http://local\u200bhost/", "127.0.0.1" },
        { "loopback, IPv6", "http://[::1]/", "" },
        { "loopback, IPv6 in full", "http://[0:0:0:0:0:0:0:1]/", "" },
        { "loopback, IPv4-mapped", "http://[::ffff:127.0.0.1]/", "" },
        { "loopback, IPv4-mapped hex", "http://[::ffff:7f00:1]/", "" },
        { "loopback, IPv4-compatible", "http://[::127.0.0.1]/", "" },
        { "loopback, IPv4-translated", "http://[::ffff:0:127.0.0.1]/", "" },
        { "loopback, NAT64", "http://[64:ff9b::127.0.0.1]/", "" },
        { "loopback, local NAT64", "http://[64:ff9b:1::127.0.0.1]/", "" },
        { "loopback, 6to4", "http://[2002:7f00:1::]/", "" },
        { "loopback, Teredo", "http://[2001:0:7f00:1::80ff:fffe]/", "" },
        { "loopback, ISATAP", "http://[2a00:1450::5efe:7f00:1]/", "" },
        { "unspecified", "http://0.0.0.0/", "" },
        { "unspecified, short", "http://0/", "" },
        { "unspecified, this network", "http://0.1.2.3/", "" },
        { "unspecified, IPv6", "http://[::]/", "" },
        { "private 10/8", "http://10.0.0.1/", "" },
        { "private 172.16/12", "http://172.31.255.255/", "" },
        { "private 192.168/16", "http://192.168.1.1/", "" },
        { "private, by name", "http://intranet.test/", "10.1.2.3" },
        { "private, IPv4-mapped by name", "http://mapped.test/", "::ffff:10.1.2.3" },
        { "private ULA", "http://[fd12:3456:789a::1]/", "" },
        { "site-local IPv6", "http://[fec0::1]/", "" },
        { "carrier-grade NAT", "http://100.64.0.1/", "" },
        { "link-local", "http://169.254.10.10/", "" },
        { "link-local IPv6", "http://[fe80::1]/", "" },
        { "link-local IPv6 with a zone", "http://[fe80::1%25eth0]/", "" },
        { "metadata", "http://169.254.169.254/latest/meta-data/", "" },
        { "metadata, decimal", "http://2852039166/", "" },
        { "metadata, hex", "http://0xa9fea9fe/", "" },
        { "metadata, octal", "http://0251.0376.0251.0376/", "" },
        { "metadata, overflowed parts", "http://425.510.425.510/", "" },
        { "metadata, short", "http://169.254.43518/", "" },
        { "metadata, IPv4-mapped", "http://[::ffff:a9fe:a9fe]/", "" },
        { "metadata, NAT64", "http://[64:ff9b::a9fe:a9fe]/", "" },
        { "metadata, by name", "http://metadata.google.internal/", "169.254.169.254" },
        { "metadata, Amazon IPv6", "http://[fd00:ec2::254]/", "" },
        { "metadata, Google IPv6", "http://[fd20:ce::254]/", "" },
        { "metadata, Alibaba", "http://100.100.100.200/", "" },
        { "metadata, Oracle", "http://192.0.0.192/", "" },
        { "metadata, Azure wire server", "http://168.63.129.16/", "" },
        { "metadata, containers", "http://169.254.170.2/v2/credentials", "" },
        { "multicast", "http://224.0.0.1/", "" },
        { "multicast IPv6", "http://[ff02::1]/", "" },
        { "broadcast", "http://255.255.255.255/", "" },
        { "reserved", "http://240.0.0.1/", "" },
        { "benchmarks", "http://198.18.0.1/", "" },
        { "documentation", "http://203.0.113.7/", "" },
        { "documentation IPv6", "http://[2001:db8::1]/", "" },
        { "discard IPv6", "http://[100::1]/", "" },
        { "outside of global unicast", "http://[4000::1]/", "" },
        { "6to4 relay", "http://192.88.99.1/", "" },
        { "userinfo", "http://user:pass@example.com/", "93.184.216.34" },
        { "userinfo that looks like the host", "http://example.com@127.0.0.1/", "" },
        { "userinfo, empty", "http://@example.com/", "93.184.216.34" },
        { "userinfo, encoded", "http://example.com%40127.0.0.1/", "" },
        { "backslash for a slash", "http://example.com\\@127.0.0.1/", "" },
        { "backslashes for slashes", "http:\\\\127.0.0.1\\", "" },
        { "hash before the userinfo", "http://example.com#@127.0.0.1/", "127.0.0.1" },
        { "one slash", "http:/127.0.0.1/", "" },
        { "no slashes", "http:127.0.0.1/", "" },
        { "three slashes", "http:///127.0.0.1/", "" },
        { "tab in the host", "http://exam\tple.com/", "" },
        { "line break and a header", "http://example.com/\r\nHost: 127.0.0.1", "" },
        { "NUL in the host", "http://example.com\0.test/", "" },
        { "space in front", " http://127.0.0.1/", "" },
        { "empty label", "http://example..com/", "" },
        { "two dots at the end", "http://example.com../", "" },
        { "only a dot", "http://./", "" },
        { "label too long", "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test/", "" },
        { "hyphen in front", "http://-example.com/", "93.184.216.34" },
        { "port 0", "http://example.com:0/", "93.184.216.34" },
        { "port too large", "http://example.com:65536/", "93.184.216.34" },
        { "port with a sign", "http://example.com:+80/", "93.184.216.34" },
        { "two ports", "http://example.com:80:80/", "93.184.216.34" },
        { "brackets around IPv4", "http://[127.0.0.1]/", "" },
        { "text behind brackets", "http://[::1].example.com/", "" },
        { "file", "file:///etc/passwd", "" },
        { "gopher", "gopher://127.0.0.1:6379/_INFO", "" },
        { "ftp", "ftp://example.com/", "93.184.216.34" },
        { "jar of a URL", "jar:http://127.0.0.1!/", "" },
        { "dict", "dict://127.0.0.1:11211/stats", "" },
        { "no scheme", "//127.0.0.1/", "" },
    };

    /// <summary>Name, URL, and what the resolver answers.</summary>
    public static TheoryData<string, string, string> Allowed { get; } = new()
    {
        { "plain", "http://example.com/", "93.184.216.34" },
        { "HTTPS", "https://example.com/", "93.184.216.34" },
        { "upper case", "HTTPS://EXAMPLE.COM/", "93.184.216.34" },
        { "trailing dot", "https://example.com./", "93.184.216.34" },
        { "port", "https://example.com:8443/", "93.184.216.34" },
        { "empty port", "https://example.com:/", "93.184.216.34" },
        { "query without path", "https://example.com?q=1", "93.184.216.34" },
        { "at in the path", "https://example.com/@user", "93.184.216.34" },
        { "at in the query", "https://example.com/?mail=a@b.test", "93.184.216.34" },
        { "address in the query", "https://example.com/?url=http://127.0.0.1/", "93.184.216.34" },
        { "address", "http://93.184.216.34/", "" },
        { "IPv6 address", "http://[2606:2800:220:1:248:1893:25c8:1946]/", "" },
        { "IPv6 by name", "https://six.example.com/", "2606:2800:220:1::1" },
        { "NAT64 of a public address", "http://[64:ff9b::8.8.8.8]/", "" },
        { "beside 10/8", "http://11.0.0.1/", "" },
        { "beside 172.16/12", "http://172.32.0.1/", "" },
        { "beside carrier-grade NAT", "http://100.128.0.1/", "" },
        { "beside 169.254/16", "http://169.253.169.254/", "" },
        { "beside 127/8", "http://128.0.0.1/", "" },
        { "beside multicast", "http://223.255.255.255/", "" },
        { "underscore", "https://my_service.example.com/", "93.184.216.34" },
        { "name that begins with digits", "https://127.0.0.1.example.com/", "93.184.216.34" },
        { "name of hex digits", "https://cafe.example/", "93.184.216.34" },
        { "international", "https://bücher.example/", "93.184.216.34" },
        { "punycode", "https://xn--bcher-kva.example/", "93.184.216.34" },
        { "Japanese", "https://例え.テスト/", "93.184.216.34" },
        { "percent in the path", "https://example.com/a%2Fb/%2e%2e/c", "93.184.216.34" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Trick_Called_IsRefusedWithoutAConnection(string name, string url, string address)
    {
        var audit = new AuditList();
        using var guard = new EgressGuard(new EgressPolicy(), new AnyHost(address), audit);
        using var client = new HttpMessageInvoker(guard.CreateHandler(s_caller));

        // What Uri would not even hold is refused before there is a request.
        var failure = Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? (await Assert.ThrowsAsync<EgressException>(() => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, uri), default))).Failure
            : guard.Check(url);

        Assert.True(failure?.Code is EgressErrors.Refused or EgressErrors.InvalidUrl, $"{name}: {failure?.Code} {failure?.Message}");
        Assert.All(audit.Records, record => Assert.Null(record.Address));
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    public void PublicAddress_Checked_IsAllowed(string name, string url, string address)
    {
        using var guard = new EgressGuard(new EgressPolicy());
        var rules = new EgressRules(new EgressPolicy());

        Assert.True(guard.Check(url) is null, $"{name}: {guard.Check(url)?.Message}");
        Assert.Null(address.Length > 0 ? rules.WhyNot(IPAddress.Parse(address)) : null);
    }

    [Fact]
    public void Tables_Rows_AreAsManyAsPromised()
    {
        Assert.True(Refused.Count >= 60 && Allowed.Count >= 20);
        Assert.Equal(Refused.Count + Allowed.Count, Refused.Concat(Allowed).Select(row => row.Data.Item1 + row.Data.Item2).Distinct().Count());
    }

    private sealed class AnyHost(string address) : IHostResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
            new(address.Length > 0 ? [IPAddress.Parse(address)] : []);
    }
}
