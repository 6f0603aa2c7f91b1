using Actant.Testing.Vendors;

namespace Actant.Models.Tests;

/// <summary>
/// The fakes speak what the vendors speak: their own clients for JavaScript understand them. Needs Node and, once, a package
/// registry; without either it is skipped.
/// </summary>
[Trait("Row", "L1")]
public sealed class VendorClientTests(VendorClients clients) : IClassFixture<VendorClients>
{
    private static readonly VendorUsage s_usage = new(1000, 600, 0, 20, 3);

    [Fact]
    public async Task OpenAI_ItsOwnClient_UnderstandsTheFake()
    {
        await using var vendor = new FakeOpenAI();
        await CheckAsync("openai", vendor);
    }

    [Fact]
    public async Task Anthropic_ItsOwnClient_UnderstandsTheFake()
    {
        await using var vendor = new FakeAnthropic();
        await CheckAsync("anthropic", vendor);
    }

    private async Task CheckAsync(string name, FakeVendor vendor)
    {
        Assert.SkipWhen(clients.WhyNot is not null, clients.WhyNot ?? "");

        await vendor.StartAsync();
        var text = new VendorReply { Answer = new VendorAnswer { Deltas = ["Hel", "lo Ada"], Usage = s_usage } };
        var calls = VendorReply.Demand(
            new VendorCall("call_a", "weather", """{"city":"Ulm","days":2}"""), new VendorCall("call_b", "time", """{"zone":"Europe/Berlin"}"""));
        VendorReply[] replies =
        [
            text,
            text,
            calls,
            calls,
            new() { Fault = VendorFault.RateLimit, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } },
            new() { Fault = VendorFault.ContextTooLong },
            new() { Fault = VendorFault.Broken },
            text with { After = 2, Fault = VendorFault.Overloaded },
        ];
        foreach (var reply in replies)
        {
            vendor.Reply(reply);
        }

        var (code, output) = await VendorClients.RunAsync("node", ["check.mjs", name, vendor.Address.AbsoluteUri.TrimEnd('/'), FakeVendor.Key]);

        Assert.True(code == 0 && output.Contains("understood", StringComparison.Ordinal), output);
        Assert.Equal(replies.Length, vendor.Requests.Count);
    }
}
