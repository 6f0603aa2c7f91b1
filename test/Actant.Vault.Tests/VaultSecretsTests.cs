using System.Diagnostics.Metrics;
using Actant.Secrets;
using Actant.Testing.Executions;

namespace Actant.Vault.Tests;

[Trait("Row", "S7")]
public sealed class VaultSecretsTests : IAsyncLifetime
{
    private readonly string _jwt = Path.GetTempFileName();
    private readonly Meter _meter = new("test");
    private readonly LogLines _log = new();
    private FakeVault _vault = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_jwt, "service-account\n");
        _vault = await FakeVault.StartAsync();
        _vault.Secrets["agent-executor/postgres"] = new() { ["host"] = "db", ["port"] = 5432, ["username"] = "agent", ["password"] = "first" };
        _vault.Secrets["agent-executor/llm-providers/openai"] = new() { ["api_key"] = "sk-1" };
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        _meter.Dispose();
        File.Delete(_jwt);
    }

    [Fact]
    public async Task Load_LogsInOnceAndReadsTheDocumentsPaths()
    {
        await using var secrets = Open();

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));

        Assert.Equal(
            [("OPENAI_API_KEY", "sk-1"), ("PG_HOST", "db"), ("PG_PASSWORD", "first"), ("PG_PORT", "5432"), ("PG_USER", "agent")],
            secrets.Variables.OrderBy(static variable => variable.Key, StringComparer.Ordinal).Select(static variable => (variable.Key, variable.Value)));
        Assert.Equal((1, 0L, "ok"), (_vault.Logins, secrets.AuthFailures, await secrets.CheckAsync(Token)));
    }

    [Fact]
    public async Task Secret_Rotated_IsReadAgainWithoutAStart()
    {
        await using var secrets = Open(refresh: TimeSpan.FromMilliseconds(50));
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Attach(_meter, _log);
        secrets.Start();

        _vault.Secrets["agent-executor/postgres"]["password"] = "second";

        await UntilAsync(() => secrets.Find("PG_PASSWORD") == "second");
        Assert.Contains(_log.Written, static line => line.Text.Contains("postgres has changed", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Written, static line => line.Text.Contains("second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Vault_SealedLater_IsSaidAndWhatWasReadStays()
    {
        await using var secrets = Open(refresh: TimeSpan.FromMilliseconds(50));
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Start();

        _vault.IsSealed = true;

        await UntilAsync(() => secrets.State == "it is sealed or in maintenance (Vault is sealed)");
        Assert.Equal("first", secrets.Find("PG_PASSWORD"));
        _vault.IsSealed = false;
        await UntilAsync(() => secrets.State == "ok");
    }

    [Fact]
    public async Task Token_Expired_IsReplacedByALogin()
    {
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        _vault.Expire();
        _vault.Secrets["agent-executor/postgres"]["password"] = "second";

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));

        Assert.Equal((2, "second", 0L), (_vault.Logins, secrets.Find("PG_PASSWORD"), secrets.AuthFailures));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_NearItsEnd_IsRenewedOrReplaced(bool isRenewable)
    {
        (_vault.IsRenewable, _vault.LeaseSeconds) = (isRenewable, 2);
        await using var secrets = Open(refresh: TimeSpan.FromHours(1));
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Start();

        await UntilAsync(() => isRenewable ? _vault.Renewals > 0 : _vault.Logins > 1);

        Assert.Equal("ok", secrets.State);
        Assert.Equal(isRenewable ? 1 : 0, Math.Min(1, _vault.Renewals));
    }

    [Fact]
    public async Task Role_Wrong_IsSaidAndCounted()
    {
        var counted = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => listening.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => counted += instrument.Meter == _meter ? count : 0);
        listener.Start();
        _vault.Role = "another";
        await using var secrets = Open();

        var state = await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Attach(_meter, _log);

        Assert.Equal("the request is refused: look at Actant:Vault:Role and AuthPath (invalid role name \"agent-executor\")", state);
        Assert.Equal((1L, 1L), (secrets.AuthFailures, counted));
        Assert.False(secrets.IsBroker);
    }

    [Fact]
    public async Task ServiceAccount_NotOfTheRole_IsSaidWithoutItsToken()
    {
        await File.WriteAllTextAsync(_jwt, "foreign-jwt", Token);
        await using var secrets = Open();

        var state = await secrets.LoadAsync(TimeSpan.Zero, Token);

        Assert.StartsWith("permission denied", state, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign-jwt", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vault_Slow_IsGivenUpInTime()
    {
        _vault.Delay = TimeSpan.FromSeconds(30);
        await using var secrets = Open(timeout: TimeSpan.FromSeconds(0.3));

        Assert.Equal("no answer within 0.3 s", await secrets.LoadAsync(TimeSpan.Zero, Token).WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task Vault_ComesLater_IsWaitedFor()
    {
        _vault.IsSealed = true;
        await using var secrets = Open();
        var loading = secrets.LoadAsync(TimeSpan.FromSeconds(30), Token);
        await UntilAsync(() => secrets.State != "not asked yet");

        _vault.IsSealed = false;

        Assert.Equal("ok", await loading);
    }

    [Fact]
    public async Task Reference_IsReadForItsTenantAndNoOther()
    {
        _vault.Secrets["agent-executor/secrets/weather"] = new() { ["value"] = "mine", ["hosts"] = "api.example.com" };
        _vault.Secrets["agent-executor/tenants/acme/secrets/weather"] = new() { ["value"] = "theirs" };
        await using var secrets = Open();

        var mine = await secrets.FindAsync(TenantId.Default, "weather", Token);

        Assert.Equal(("mine", "theirs"), (mine!.Reveal(), (await secrets.FindAsync(new TenantId("acme"), "weather", Token))!.Reveal()));
        Assert.False(mine.MayGoTo("https://elsewhere.example.com"));
        Assert.Null(await secrets.FindAsync(new TenantId(".."), "weather", Token));
        Assert.Null(await secrets.FindAsync(TenantId.Default, "absent", Token));
        var reads = _vault.Reads;
        Assert.Null(await secrets.FindAsync(TenantId.Default, "absent", Token));
        Assert.Equal(reads, _vault.Reads);
    }

    [Fact]
    public async Task Reference_VaultIsAway_IsAnErrorThatSaysSo()
    {
        await using var secrets = Open();
        _vault.IsSealed = true;

        var exception = await Assert.ThrowsAsync<SecretSourceException>(async () => await secrets.FindAsync(TenantId.Default, "weather", Token));

        Assert.Contains("sealed", exception.Message, StringComparison.Ordinal);
    }

    private VaultSecrets Open(TimeSpan? refresh = null, TimeSpan? timeout = null) => new(
        new VaultOptions { Address = _vault.Address, TokenFile = _jwt, RefreshEvery = refresh ?? TimeSpan.FromMinutes(1), Timeout = timeout ?? TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 1000, "It did not become so.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}
