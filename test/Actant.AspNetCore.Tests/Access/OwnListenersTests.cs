using Actant.AspNetCore.Access;
using Actant.Egress;

namespace Actant.AspNetCore.Tests.Access;

[Trait("Row", "T2")]
public sealed class OwnListenersTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("http://localhost:5000", "127.0.0.1:5000,[::1]:5000")]
    [InlineData("https://[::]:443", "[::]:443")]
    [InlineData("http://*:80", "[::]:80")]
    [InlineData("http://my.host:80", "[::]:80")]
    [InlineData("http://unix:/run/actant.sock", "")]
    [InlineData("nonsense", "")]
    public void EndPointsOf_AddressOfAServer_IsWhatTheGuardCompares(string url, string expected) =>
        Assert.Equal(expected, string.Join(',', OwnListeners.EndPointsOf(url)));

    [Fact]
    public async Task Guard_OfAServerThatHasStarted_RefusesItsPortWhateverIsAllowed()
    {
        await using var server = await HttpServer.StartAsync(egress: new EgressPolicy { AllowPrivateNetworks = true });
        using var client = new HttpMessageInvoker(server.Guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Client.BaseAddress!, "/api/v1/tokens"));

        var refused = await Assert.ThrowsAsync<EgressException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal(EgressErrors.Refused, refused.Failure.Code);
        Assert.Contains("listens there itself", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(server.Guard.Check($"http://127.0.0.1:{server.Client.BaseAddress!.Port}/"));
        Assert.Null(server.Guard.Check("http://127.0.0.1:1/"));
    }
}
