using System.Net;
using Actant.Egress;

namespace Actant.Tests.Egress;

/// <summary>The way to addresses that an operator chose.</summary>
[Trait("Row", "T2")]
public sealed class EndpointHandlerTests(LocalServer server) : IClassFixture<LocalServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_PrivateNetwork_IsLetOut()
    {
        using var client = Client();

        Assert.Equal("done", await client.GetStringAsync(server.Url("/again?n=0"), Stop));
    }

    [Fact]
    public async Task Send_Redirect_IsTheAnswer()
    {
        using var client = Client();
        var before = server.Requests;

        using var response = await client.GetAsync(server.Url($"/redirect/302?to={Uri.EscapeDataString(server.Url("/echo"))}"), Stop);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(before + 1, server.Requests);
    }

    [Theory]
    [InlineData("http://metadata.test/")]
    [InlineData("http://tunnel.test/")]
    [InlineData("http://nowhere.test/")]
    [InlineData("http://169.254.169.254/latest/")]
    public async Task Send_AddressThatIsNeverAVendor_IsRefused(string url)
    {
        using var client = Client();

        var failed = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(url, Stop));

        var refused = Assert.IsType<EgressException>(failed.InnerException);
        Assert.True(refused.Failure.Code == EgressErrors.Refused, refused.Message);
    }

    private static HttpClient Client()
    {
        var resolver = new TableResolver().Add("api.test", "127.0.0.1").Add("metadata.test", "169.254.169.254").Add("tunnel.test", "2002:a00:1::1").Add("nowhere.test", "0.0.0.0");
        using var guard = new EgressGuard(new EgressPolicy(), resolver);
        return new HttpClient(guard.CreateEndpointHandler());
    }
}
