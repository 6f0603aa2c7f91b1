using System.Net;
using Actant.Egress;
using Actant.Testing;

namespace Actant.Tests.Egress;

/// <summary>The guard against a real server, whose address only this test's policy allows.</summary>
[Trait("Row", "T2")]
public sealed class EgressGuardTests(LocalServer server) : IClassFixture<LocalServer>
{
    private static readonly EgressPolicy s_policy = new() { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] };
    private static readonly EgressCaller s_caller = new(new TenantId("acme"), "test");

    private readonly AuditList _audit = new();
    private readonly TableResolver _resolver = new TableResolver().Add("api.test", "127.0.0.1").Add("other.test", "127.0.0.1").Add("inside.test", "10.0.0.1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_AllowedNetwork_AnswersAndIsAudited()
    {
        var (response, body) = await SendAsync(server.Url("/again?n=0"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("done", body);
        var record = Assert.Single(_audit.Records);
        Assert.Equal(("acme", "GET", "api.test", "answered", 200, 4L), (record.Caller.Tenant.Value, record.Method, record.Host, record.Outcome, record.Status, record.BytesReceived));
        Assert.Equal(IPAddress.Loopback, record.Address);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task Send_WhereThisProcessListens_IsRefusedWhateverIsAllowed(string listens)
    {
        var before = server.Requests;
        var port = new Uri(server.Url("/echo")).Port;
        var policy = s_policy with { AllowPrivateNetworks = true, OwnAddresses = [new IPEndPoint(IPAddress.Parse(listens), port)] };

        var byName = await FailAsync(server.Url("/echo"), policy);
        var byAddress = await FailAsync($"http://127.0.0.1:{port}/echo", policy);
        var mapped = await FailAsync($"http://[::ffff:127.0.0.1]:{port}/echo", policy);

        Assert.All([byName, byAddress, mapped], static failure => Assert.Equal(EgressErrors.Refused, failure.Failure.Code));
        Assert.Equal(before, server.Requests);
    }

    [Fact]
    public async Task Send_DefaultPolicy_RefusesWithoutARequest()
    {
        var before = server.Requests;

        var failure = await FailAsync(server.Url("/echo"), policy: new EgressPolicy());

        Assert.Equal(EgressErrors.Refused, failure.Failure.Code);
        Assert.Contains("loopback", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Egress:AllowedNetworks", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.RequestLeft);
        Assert.Equal(before, server.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/")]
    [InlineData("http://127.0.0.2/")]
    [InlineData("http://2130706433/")]
    [InlineData("//inside.test/")]
    [InlineData("http://inside.test/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:6379/_x")]
    [InlineData("http://user@api.test/")]
    [InlineData("\\\\127.0.0.2\\")]
    public async Task Redirect_ToWhatIsNotAllowed_IsRefused(string location)
    {
        var failure = await FailAsync(server.Url($"/redirect/302?to={Uri.EscapeDataString(location)}"));

        Assert.True(failure.Failure.Code is EgressErrors.Refused or EgressErrors.InvalidUrl, failure.Failure.Code);
        Assert.Contains(_audit.Records, record => record.Outcome == failure.Failure.Code);
    }

    [Fact]
    public async Task Redirect_ToAPrivateAddress_IsRefusedAlsoFromALaterHop()
    {
        var second = server.Url($"/redirect/302?to={Uri.EscapeDataString("http://10.0.0.1/")}");

        var failure = await FailAsync(server.Url($"/redirect/302?to={Uri.EscapeDataString(second)}"));

        Assert.Equal(EgressErrors.Refused, failure.Failure.Code);
        Assert.Equal(2, _audit.Records.Count(record => record.Outcome == "answered"));
    }

    [Fact]
    public async Task Redirect_ToAnotherOrigin_LosesCredentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url($"/redirect/302?to={Uri.EscapeDataString(server.Url("/echo", "other.test"))}"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer hidden");
        request.Headers.TryAddWithoutValidation("X-Api-Key", "hidden");
        request.Headers.TryAddWithoutValidation("Cookie", "hidden");
        request.Headers.TryAddWithoutValidation("Accept", "text/plain");

        var (_, body) = await SendAsync(request);

        Assert.DoesNotContain("hidden", body, StringComparison.Ordinal);
        Assert.Contains("text/plain", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_ToTheSameOrigin_KeepsCredentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url("/redirect/302?to=/echo"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer shown");

        var (_, body) = await SendAsync(request);

        Assert.Contains("Bearer shown", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "POST", "GET", "")]
    [InlineData(302, "POST", "GET", "")]
    [InlineData(303, "PUT", "GET", "")]
    [InlineData(307, "POST", "POST", "text")]
    [InlineData(308, "PUT", "PUT", "text")]
    public async Task Redirect_OfARequestWithABody_FollowsTheStatus(int status, string method, string then, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Url($"/redirect/{status}?to=/echo")) { Content = new StringContent("text") };

        var (_, echo) = await SendAsync(request);

        Assert.Contains($"\"method\":\"{then}\"", echo, StringComparison.Ordinal);
        Assert.Contains($"\"body\":\"{body}\"", echo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_OfABodyToAnotherOrigin_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url($"/redirect/307?to={Uri.EscapeDataString(server.Url("/echo", "other.test"))}")) { Content = new StringContent("text") };

        var failure = await Assert.ThrowsAsync<EgressException>(() => SendAsync(request));

        Assert.Equal(EgressErrors.Refused, failure.Failure.Code);
    }

    [Theory]
    [InlineData(3, 3, null)]
    [InlineData(4, 3, EgressErrors.TooManyRedirects)]
    public async Task Redirect_MoreThanAllowed_Ends(int redirects, int most, string? code)
    {
        var limits = new EgressLimits { MaxRedirects = most };

        var failure = await Record.ExceptionAsync(() => SendAsync(server.Url($"/again?n={redirects}"), limits: limits));

        Assert.Equal(code, (failure as EgressException)?.Failure.Code);
    }

    [Fact]
    public async Task Redirect_NotFollowed_IsTheAnswer()
    {
        var (response, _) = await SendAsync(server.Url("/redirect/302?to=http://10.0.0.1/"), limits: new EgressLimits { FollowRedirects = false });

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task Resolver_ChangesItsAnswer_TheCheckedAddressIsConnectedTo()
    {
        var rebinding = new TableResolver().Add("api.test", "127.0.0.1").Add("api.test", "169.254.169.254");

        var (response, _) = await SendAsync(server.Url("/again?n=0"), resolver: rebinding);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(rebinding.Asked);
    }

    [Fact]
    public async Task Resolver_ChangesItsAnswerBetweenConnections_TheNewOneIsChecked()
    {
        var rebinding = new TableResolver().Add("api.test", "127.0.0.1").Add("api.test", "169.254.169.254");
        using var guard = new EgressGuard(s_policy, rebinding, _audit);
        using var first = new HttpRequestMessage(HttpMethod.Get, server.Url("/again?n=0"));
        first.Headers.ConnectionClose = true;
        await SendAsync(guard, first, null);

        var failure = await Assert.ThrowsAsync<EgressException>(() => SendAsync(guard, new HttpRequestMessage(HttpMethod.Get, server.Url("/again?n=0")), null));

        Assert.Equal(EgressErrors.Refused, failure.Failure.Code);
    }

    [Fact]
    public async Task Resolver_AnswersWithGoodAndBad_OnlyTheGoodIsConnectedTo()
    {
        var mixed = new TableResolver().Add("api.test", "10.0.0.1", "169.254.169.254", "127.0.0.1");

        await SendAsync(server.Url("/again?n=0"), resolver: mixed);

        Assert.Equal(IPAddress.Loopback, Assert.Single(_audit.Records).Address);
    }

    [Fact]
    public async Task Resolver_KnowsNoAddress_IsTransient()
    {
        var failure = await FailAsync("http://nowhere.test/");

        Assert.Equal((EgressErrors.Unreachable, true, false), (failure.Failure.Code, failure.Failure.Transient, failure.RequestLeft));
    }

    [Theory]
    [InlineData("/big?bytes=1000", 1000, null)]
    [InlineData("/big?bytes=1001", 1000, EgressErrors.ResponseTooLarge)]
    [InlineData("/bomb?bytes=1000", 1000, null)]
    [InlineData("/bomb?bytes=1000000", 1000, EgressErrors.ResponseTooLarge)]
    public async Task Body_LargerThanAllowed_EndsAlsoWhenCompressed(string path, long most, string? code)
    {
        var failure = await Record.ExceptionAsync(() => SendAsync(server.Url(path), policy: s_policy with { MaxResponseBytes = most }));

        var refused = failure as EgressException ?? failure?.InnerException as EgressException;
        Assert.Equal(code, refused?.Failure.Code);
        Assert.Equal(code ?? "answered", Assert.Single(_audit.Records).Outcome);
    }

    [Theory]
    [InlineData("/abort")]
    [InlineData("/half")]
    public async Task Connection_Breaks_TheRequestMayHaveLeft(string path)
    {
        var failure = await Record.ExceptionAsync(() => SendAsync(server.Url(path)));

        var broken = failure as EgressException ?? Assert.IsType<EgressException>(failure?.InnerException);
        Assert.Equal((EgressErrors.Broken, true), (broken.Failure.Code, broken.RequestLeft));
    }

    [Fact]
    public async Task Answer_DoesNotCome_TimesOut()
    {
        var clock = new ManualTimeProvider();
        using var guard = new EgressGuard(s_policy, _resolver, _audit, clock);
        var sending = SendAsync(guard, new HttpRequestMessage(HttpMethod.Get, server.Url("/hang")), null);
        await server.Hanging.Task.WaitAsync(Stop);

        clock.Advance(s_policy.ResponseTimeout);
        var failure = await Assert.ThrowsAsync<EgressException>(() => sending);

        Assert.Equal((EgressErrors.TimedOut, true), (failure.Failure.Code, failure.RequestLeft));
    }

    [Fact]
    public async Task Host_HeaderOfTheCaller_IsNotSent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url("/echo"));
        request.Headers.Host = "internal.test";

        var (_, body) = await SendAsync(request);

        Assert.DoesNotContain("internal.test", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.example.com", "https://api.example.com/", null)]
    [InlineData("api.example.com", "https://API.EXAMPLE.COM./", null)]
    [InlineData("api.example.com", "https://api.example.com.evil.test/", EgressErrors.Refused)]
    [InlineData("api.example.com", "https://evilapi.example.com/", EgressErrors.Refused)]
    [InlineData("api.example.com", "https://example.com/", EgressErrors.Refused)]
    [InlineData("*.example.com", "https://a.example.com/", null)]
    [InlineData("*.example.com", "https://a.b.example.com/", null)]
    [InlineData("*.example.com", "https://example.com/", EgressErrors.Refused)]
    [InlineData("*.example.com", "https://evilexample.com/", EgressErrors.Refused)]
    [InlineData("*.example.com", "https://example.com.evil.test/", EgressErrors.Refused)]
    [InlineData("*.example.com", "https://evil.test/?a.example.com", EgressErrors.Refused)]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/", null)]
    [InlineData("8.8.8.8", "https://8.8.8.8/", null)]
    [InlineData("127.0.0.1", "https://127.0.0.1/", EgressErrors.Refused)]
    public void Check_AllowedDomains_AreMatchedByWholeLabels(string allowed, string url, string? code)
    {
        using var byPolicy = new EgressGuard(new EgressPolicy { AllowedDomains = [allowed] });
        using var open = new EgressGuard(new EgressPolicy());

        Assert.Equal(code, byPolicy.Check(url)?.Code);
        Assert.Equal(code, open.Check(url, new EgressLimits { AllowedDomains = [allowed] })?.Code);
    }

    [Theory]
    [InlineData("http://example.com/", EgressErrors.Refused)]
    [InlineData("https://example.com:8443/", EgressErrors.Refused)]
    [InlineData("https://example.com/", null)]
    public void Check_SchemesAndPorts_AreKept(string url, string? code)
    {
        using var guard = new EgressGuard(new EgressPolicy { AllowedSchemes = ["https"], AllowedPorts = [443] });

        Assert.Equal(code, guard.Check(url)?.Code);
    }

    [Theory]
    [InlineData("10.1.2.3", true, "", true)]
    [InlineData("127.0.0.1", true, "", true)]
    [InlineData("fd12::1", true, "", true)]
    [InlineData("169.254.1.1", true, "", false)]
    [InlineData("169.254.1.1", false, "169.254.0.0/16", true)]
    [InlineData("169.254.169.254", true, "", false)]
    [InlineData("169.254.169.254", false, "169.254.0.0/16", false)]
    [InlineData("169.254.169.254", false, "169.254.169.254/32", true)]
    [InlineData("10.1.2.3", false, "10.1.0.0/16", true)]
    [InlineData("10.2.2.3", false, "10.1.0.0/16", false)]
    [InlineData("::ffff:10.1.2.3", false, "10.1.0.0/16", true)]
    [InlineData("0.0.0.0", true, "0.0.0.0/0", false)]
    [InlineData("224.0.0.1", true, "0.0.0.0/0", false)]
    [InlineData("2002:7f00:1::", true, "::/0", false)]
    public void Policy_PrivateNetworks_AreAllowedAsSaid(string address, bool allowPrivate, string network, bool isAllowed)
    {
        var rules = new EgressRules(new EgressPolicy { AllowPrivateNetworks = allowPrivate, AllowedNetworks = network.Length > 0 ? [IPNetwork.Parse(network)] : [] });

        Assert.Equal(isAllowed, rules.WhyNot(IPAddress.Parse(address)) is null);
    }

    [Fact]
    public async Task VerifyTls_Off_NeedsTheOperator()
    {
        var failure = await Assert.ThrowsAsync<EgressException>(() => SendAsync(server.Url("/again?n=0"), limits: new EgressLimits { VerifyTls = false }));

        Assert.Contains("Egress:AllowUnverifiedTls", failure.Message, StringComparison.Ordinal);
        await SendAsync(server.Url("/again?n=0"), s_policy with { AllowUnverifiedTls = true }, new EgressLimits { VerifyTls = false });
    }

    [Theory]
    [InlineData("*.*.com")]
    [InlineData("https://example.com")]
    [InlineData("")]
    [InlineData("127.1")]
    public void Constructor_MalformedDomain_Throws(string pattern) =>
        Assert.Throws<ArgumentException>(() => new EgressGuard(new EgressPolicy { AllowedDomains = [pattern] }));

    private async Task<EgressException> FailAsync(string url, EgressPolicy? policy = null) =>
        await Assert.ThrowsAsync<EgressException>(() => SendAsync(url, policy));

    private Task<(HttpResponseMessage Response, string Body)> SendAsync(string url, EgressPolicy? policy = null, EgressLimits? limits = null, TableResolver? resolver = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, url), policy, limits, resolver);

    private async Task<(HttpResponseMessage Response, string Body)> SendAsync(HttpRequestMessage request, EgressPolicy? policy = null, EgressLimits? limits = null, TableResolver? resolver = null)
    {
        using var guard = new EgressGuard(policy ?? s_policy, resolver ?? _resolver, _audit);
        return await SendAsync(guard, request, limits);
    }

    private static async Task<(HttpResponseMessage Response, string Body)> SendAsync(EgressGuard guard, HttpRequestMessage request, EgressLimits? limits)
    {
        using var client = new HttpMessageInvoker(guard.CreateHandler(s_caller, limits));
        using var response = await client.SendAsync(request, Stop);
        return (response, await response.Content.ReadAsStringAsync(Stop));
    }
}
