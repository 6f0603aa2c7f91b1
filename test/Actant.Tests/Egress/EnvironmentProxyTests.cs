using System.Net;
using Actant.Egress;

namespace Actant.Tests.Egress;

/// <summary>What the environment's proxy means. It is the process's own, so nothing may run beside.</summary>
[CollectionDefinition(nameof(EnvironmentProxyTests), DisableParallelization = true)]
[Collection(nameof(EnvironmentProxyTests))]
[Trait("Row", "T2")]
public sealed class EnvironmentProxyTests(LocalServer server) : IClassFixture<LocalServer>, IDisposable
{
    private readonly IWebProxy _before = HttpClient.DefaultProxy;

    [Fact]
    public async Task Handler_Steered_DoesNotUseIt()
    {
        // The policy would let the proxy's address out.
        using var guard = new EgressGuard(new EgressPolicy { AllowPrivateNetworks = true }, new TableResolver().Add("api.test", "127.0.0.1"));
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:1/");
        using var client = new HttpClient(guard.CreateHandler(new EgressCaller(TenantId.Default, "test")));

        Assert.Equal("done", await client.GetStringAsync(server.Url("/again?n=0"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task EndpointHandler_OperatorsAddress_UsesIt()
    {
        using var guard = new EgressGuard(new EgressPolicy());
        HttpClient.DefaultProxy = new WebProxy(new Uri(server.Url("/again?n=0")).GetLeftPart(UriPartial.Authority).Replace("api.test", "127.0.0.1", StringComparison.Ordinal));
        using var client = new HttpClient(guard.CreateEndpointHandler());

        // Nobody resolves this name but the proxy.
        Assert.Equal("done", await client.GetStringAsync("http://vendor.invalid/again?n=0", TestContext.Current.CancellationToken));
    }

    public void Dispose() => HttpClient.DefaultProxy = _before;
}
