using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Actant.LanguageModels;
using Actant.Testing.Executions;

namespace Actant.Vault.Tests;

/// <summary>A Vault that is there and gives less than what was asked for.</summary>
[Trait("Row", "S7")]
public sealed class VaultFaultTests : IAsyncLifetime
{
    private const string OpenAi = "secret/data/agent-executor/llm-providers/openai";
    private const string Anthropic = "secret/data/agent-executor/llm-providers/anthropic";

    private readonly string _jwt = Path.GetTempFileName();
    private readonly Meter _meter = new("test");
    private readonly LogLines _log = new();
    private FakeVault _vault = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_jwt, "service-account\n");
        _vault = await FakeVault.StartAsync();
        _vault.Secrets["agent-executor/llm-providers/openai"] = new() { ["api_key"] = "sk-old" };
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _meter.Dispose();
        File.Delete(_jwt);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("removed")]
    [InlineData("no text")]
    public async Task Key_Gone_IsMissingAndNotTheOneOfTheStart(string how)
    {
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        var endpoint = new ModelEndpoint
        {
            Name = "openai",
            Address = new Uri("https://api.example.com"),
            ApiKey = secrets.Find("OPENAI_API_KEY"),
            KeySource = () => secrets.Find("OPENAI_API_KEY"),
            KeyVariable = "OPENAI_API_KEY",
        };
        _vault.Secrets["agent-executor/llm-providers/openai"]["api_key"] = "sk-new";
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        Assert.False(endpoint.LacksKey);

        switch (how)
        {
            case "deleted":
                _vault.Deleted.Add(OpenAi);
                break;
            case "removed":
                _vault.Secrets.Clear();
                break;
            default:
                _vault.Secrets["agent-executor/llm-providers/openai"]["api_key"] = new { key = "sk-new" };
                break;
        }

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));
        Assert.True(endpoint.LacksKey);
    }

    [Fact]
    public async Task Value_FromAFile_LosesTheEndOfItsLine()
    {
        _vault.Secrets["agent-executor/llm-providers/openai"]["api_key"] = "sk-nl\r\n";
        _vault.Secrets["agent-executor/secrets/weather"] = new() { ["value"] = "w\n" };
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);

        Assert.Equal(("sk-nl", "w"), (secrets.Find("OPENAI_API_KEY"), (await secrets.FindAsync(TenantId.Default, "weather", Token))!.Reveal()));
    }

    [Fact]
    public async Task Path_NotAllowed_GivesNothingAndIsNamed()
    {
        _vault.Denied.UnionWith([Anthropic, "secret/data/agent-executor/redis"]);
        await using var secrets = Open();

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Attach(_meter, _log);

        Assert.Equal("sk-old", secrets.Find("OPENAI_API_KEY"));
        Assert.Contains(_log.Written, static line => line.Text.Contains($"permission denied at `{Anthropic}`: the token or its policy (permission denied)", StringComparison.Ordinal));

        // One more login finds out that it is not the token, and no other.
        Assert.Equal((2, 0L), (_vault.Logins, secrets.AuthFailures));
    }

    [Fact]
    public async Task Path_NotAllowedAnyMore_StaysInUse()
    {
        _vault.Secrets["agent-executor/postgres"] = new() { ["host"] = "db" };
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Attach(_meter, _log);

        _vault.Denied.Add(OpenAi);

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));
        Assert.Equal("sk-old", secrets.Find("OPENAI_API_KEY"));
        Assert.Single(_log.Written, static line => line.Text.Contains(OpenAi, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EveryPath_NotAllowed_IsTheTokensFaultUnlessItIsNew(bool isGiven)
    {
        _vault.Denied.UnionWith([OpenAi, Anthropic, "secret/data/agent-executor/redis", "secret/data/agent-executor/postgres"]);
        _vault.Secrets["agent-executor/secrets/weather"] = new() { ["value"] = "w" };
        await using var secrets = Open(token: isGiven ? "hvs.unknown" : null);

        var state = await secrets.LoadAsync(TimeSpan.Zero, Token);

        Assert.StartsWith(isGiven ? "permission denied at `secret/data/agent-executor/" : "ok", state, StringComparison.Ordinal);
        Assert.Equal(isGiven ? null : "w", isGiven ? null : (await secrets.FindAsync(TenantId.Default, "weather", Token))!.Reveal());
    }

    [Fact]
    public async Task Login_Refused_IsAFailure()
    {
        await File.WriteAllTextAsync(_jwt, "foreign", Token);
        await using var secrets = Open();

        Assert.StartsWith("permission denied: the token, the role", await secrets.LoadAsync(TimeSpan.Zero, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_OfWrongTypes_AreNamed()
    {
        _vault.Secrets["agent-executor/llm-providers/openai"]["api_key"] = new { key = "x" };
        _vault.Secrets["agent-executor/redis"] = new() { ["host"] = "cache", ["port"] = "7401x" };
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Attach(_meter, _log);

        Assert.Contains(_log.Written, static line => line.Text.Contains("the field `api_key` of `llm-providers/openai` is neither a text nor a number", StringComparison.Ordinal));
        Assert.Contains(_log.Written, static line => line.Text.Contains("the field `port` of `redis` is no number from 1 to 65535", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RateLimit_UsedUp_IsNotCalledAStandby()
    {
        _vault.IsBusy = true;
        await using var secrets = Open();

        Assert.StartsWith("too many requests for its rate limit (request path", await secrets.LoadAsync(TimeSpan.Zero, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standby_SendsToTheActiveNode_IsFollowedWithTheToken()
    {
        await using var standby = await FakeVault.StartAsync();
        standby.Active = _vault.Address;
        await using var secrets = Open(address: standby.Address);

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));
        Assert.Equal(("sk-old", 1), (secrets.Find("OPENAI_API_KEY"), _vault.Logins));
    }

    [Fact]
    public async Task Standbys_SendInACircle_AreGivenUp()
    {
        _vault.Active = _vault.Address;
        await using var secrets = Open();

        Assert.Equal("it is a standby that sends elsewhere; name the active node's address", await secrets.LoadAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Certificate_OfOnesOwn_IsTrustedWhereItsAuthorityIsNamed()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=vault", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var vault = await FakeVault.StartAsync(certificate);
        await using var stranger = Open(address: vault.Address);
        await using var friend = Open(address: vault.Address, authorities: [certificate]);

        Assert.StartsWith("TLS does not come about, or its certificate is not trusted", await stranger.LoadAsync(TimeSpan.Zero, Token), StringComparison.Ordinal);
        Assert.Equal("ok", await friend.LoadAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task Waiting_AtTheStart_IsSaidOnceForEachReason()
    {
        _vault.IsSealed = true;
        await using var secrets = Open();
        var said = new List<string>();
        secrets.StateChanged += state =>
        {
            said.Add(state);
            if (said.Count == 1)
            {
                _vault.IsSealed = false;
            }
        };

        await secrets.LoadAsync(TimeSpan.FromMinutes(1), Token);

        Assert.Equal(["it is sealed or in maintenance (Vault is sealed)", "ok"], said);
    }

    private VaultSecrets Open(Uri? address = null, string? token = null, X509Certificate2Collection? authorities = null) => new(
        new VaultOptions { Address = address ?? _vault.Address, Token = token, TokenFile = _jwt, Authorities = authorities, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
}
