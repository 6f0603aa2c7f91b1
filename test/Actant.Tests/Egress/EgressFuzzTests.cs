using System.Net;
using System.Text;
using Actant.Egress;

namespace Actant.Tests.Egress;

/// <summary>Whatever is written: no crash, one reading, and no address that is not public.</summary>
public sealed class EgressFuzzTests
{
    private const int Rounds = 20_000;

    private static readonly string[] s_pieces =
    [
        "http", "https", "://", ":", "/", "//", "\\", "@", "#", "?", "%", "%2e", "%00", "%0d%0a", "[", "]", "::1", "::ffff:", "127.0.0.1", "0x7f", "017", "2130706433", ".",
        "..", "localhost", "example.com", "xn--", "xn--a", "ⓛ", "。", "１", "ß", "\u202e", "\ud800", "\0", " ", "\t", ":80", ":99999", "-", "_", "*", "a", "é", "日本", "64:ff9b::",
    ];

    [Fact]
    public void Parse_AnyText_GivesOneReadingOrARefusal()
    {
        var random = new Random(20261121);
        var read = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var text = (i % 3 == 0 ? "" : i % 3 == 1 ? "http://" : "https://example.com") + Generate(random);
            try
            {
                var url = EgressUrl.Parse(text);
                read++;
                Assert.True(url.Uri.Scheme.Length > 0 && url.Uri.UserInfo.Length == 0 && Ascii.IsValid(url.Host), text);
                Assert.Equal(url.Uri.AbsoluteUri, EgressUrl.Parse(url.Uri.AbsoluteUri).Uri.AbsoluteUri);
                Assert.Equal(url.Address is not null, IPAddress.TryParse(url.Host, out _));
            }
            catch (EgressException refused)
            {
                Assert.Equal(EgressErrors.InvalidUrl, refused.Failure.Code);
            }
        }

        Assert.InRange(read, Rounds / 100, Rounds);
    }

    [Fact]
    public void Follow_AnyLocation_GivesAUrlOrARefusal()
    {
        var random = new Random(7);
        var from = EgressUrl.Parse("https://example.com/a/b?c=d");
        for (var i = 0; i < Rounds; i++)
        {
            var location = Generate(random);
            try
            {
                var to = from.Follow(location);
                Assert.True(to.Uri.UserInfo.Length == 0 && to.Uri.IsAbsoluteUri, location);
            }
            catch (EgressException refused)
            {
                Assert.Equal(EgressErrors.InvalidUrl, refused.Failure.Code);
            }
        }
    }

    [Fact]
    public void WhyNot_AddressesInEveryWrapping_AreJudgedLikeTheBareOne()
    {
        var random = new Random(11);
        var rules = new EgressRules(new EgressPolicy());
        var bytes = new byte[4];
        for (var i = 0; i < Rounds; i++)
        {
            random.NextBytes(bytes);
            var bare = new IPAddress(bytes);
            var isAllowed = rules.WhyNot(bare) is null;

            Assert.Equal(isAllowed, rules.WhyNot(bare.MapToIPv6()) is null);
            Assert.Equal(isAllowed, rules.WhyNot(IPAddress.Parse($"64:ff9b::{bare}")) is null);
            Assert.NotNull(rules.WhyNot(IPAddress.Parse($"::{bare}")));
            Assert.NotNull(rules.WhyNot(IPAddress.Parse($"64:ff9b:1::{bare}")));
        }
    }

    private static string Generate(Random random)
    {
        var text = new StringBuilder();
        for (var n = random.Next(1, 12); n > 0; n--)
        {
            text.Append(random.Next(4) == 0 ? ((char)random.Next(0x20, 0x250)).ToString() : s_pieces[random.Next(s_pieces.Length)]);
        }

        return text.ToString();
    }
}
