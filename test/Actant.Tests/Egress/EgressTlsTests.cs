using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Actant.Egress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Egress;

/// <summary>The guard against a server whose certificate nobody vouches for.</summary>
[Trait("Row", "T2")]
public sealed class EgressTlsTests : IAsyncLifetime
{
    private static readonly EgressPolicy s_policy = new() { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")], AllowUnverifiedTls = true };
    private static readonly EgressLimits s_unverified = new() { VerifyTls = false };

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    public EgressTlsTests()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest("CN=api.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate));
        });
        _app = builder.Build();
        _app.MapGet("/", () => "reached");
        _app.MapGet("/down", () => Results.Redirect($"http://api.test:{Port("http://")}/"));
    }

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Certificate_NotTrusted_IsRefusedForGood()
    {
        var failure = await Assert.ThrowsAsync<EgressException>(() => GetAsync("/", s_policy, new EgressLimits()));

        Assert.Equal((EgressErrors.Unreachable, false, false), (failure.Failure.Code, failure.Failure.Transient, failure.RequestLeft));
    }

    [Fact]
    public async Task Certificate_NotCheckedByPermission_IsTaken() => Assert.Equal("reached", await GetAsync("/", s_policy, s_unverified));

    [Fact]
    public async Task Redirect_FromHttpsToHttp_NeedsTheOperator()
    {
        var failure = await Assert.ThrowsAsync<EgressException>(() => GetAsync("/down", s_policy, s_unverified));

        Assert.Contains("Egress:AllowDowngrade", failure.Message, StringComparison.Ordinal);
        Assert.Equal("reached", await GetAsync("/down", s_policy with { AllowDowngrade = true }, s_unverified));
    }

    private int Port(string scheme) => new Uri(_app.Urls.Single(url => url.StartsWith(scheme, StringComparison.Ordinal))).Port;

    private async Task<string> GetAsync(string path, EgressPolicy policy, EgressLimits limits)
    {
        using var guard = new EgressGuard(policy, new TableResolver().Add("api.test", "127.0.0.1"));
        using var client = new HttpClient(guard.CreateHandler(new EgressCaller(TenantId.Default, "test"), limits));
        return await client.GetStringAsync($"https://api.test:{Port("https://")}{path}", TestContext.Current.CancellationToken);
    }
}
