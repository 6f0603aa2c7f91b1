using System.Collections.Concurrent;
using System.Diagnostics;
using Actant.Tracing;

namespace Actant.Vault.Tests;

/// <summary>Credentials that Vault makes for one process, and takes back.</summary>
[Trait("Row", "S7")]
public sealed class LeaseTests : IAsyncLifetime
{
    private readonly string _jwt = Path.GetTempFileName();
    private FakeVault _vault = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_jwt, "service-account");
        _vault = await FakeVault.StartAsync();
        _vault.Secrets["agent-executor/postgres"] = new() { ["host"] = "db", ["username"] = "stored", ["password"] = "stored" };
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        File.Delete(_jwt);
    }

    [Fact]
    public async Task Database_UserIsMadeOnceAndReadWithTheRestThatIsStored()
    {
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        await secrets.LoadAsync(TimeSpan.Zero, Token);

        Assert.Equal(("db", "v-agent-1", "p-v-agent-1"), (secrets.Find("PG_HOST"), secrets.Find("PG_USER"), secrets.Find("PG_PASSWORD")));
        Assert.Equal(("v-agent-1", "p-v-agent-1"), secrets.DatabaseLogin);
        Assert.Single(_vault.Made);
    }

    [Fact]
    public async Task Lease_IsRenewedForAsLongAsItGivesTime_ThenReplaced()
    {
        // Four renewals give as much as the first time, the next one less.
        _vault.LeaseOfMade = static renewals => renewals < 5 ? 3 : 1;
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Start();

        await UntilAsync(() => secrets.DatabaseLogin == ("v-agent-2", "p-v-agent-2"));

        Assert.Equal(5, _vault.Made["v-agent-1"].Renewals);
        Assert.Equal("ok", secrets.State);
    }

    [Fact]
    public async Task Lease_CannotBeRenewed_IsReplacedBeforeItEnds()
    {
        (_vault.MadeAreRenewable, _vault.LeaseOfMade) = (false, static _ => 2);
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        secrets.Start();

        await UntilAsync(() => secrets.Find("PG_USER") == "v-agent-2");
    }

    [Fact]
    public async Task Login_AnotherToken_MakesAnotherUser_BecauseTheFirstEndsWithItsToken()
    {
        await using var secrets = Open();
        await secrets.LoadAsync(TimeSpan.Zero, Token);
        _vault.Expire();

        Assert.Equal("ok", await secrets.LoadAsync(TimeSpan.Zero, Token));

        Assert.Equal(2, _vault.Logins);
        Assert.Equal("hvs.2", _vault.Made[secrets.Find("PG_USER")!].Token);
    }

    [Fact]
    public async Task Engine_HasNoSuchRole_IsSaidWithItsPath()
    {
        await using var secrets = Open("database/creds/absent");

        Assert.Equal("there is nothing at `database/creds/absent`", await secrets.LoadAsync(TimeSpan.Zero, Token));
    }

    [Fact]
    [Trait("Row", "O4")]
    public async Task Spans_LoginHasATraceOfItsOwn_ReadingBelongsToWhoeverWaits()
    {
        var (spans, source) = (new ConcurrentQueue<Activity>(), new ActivitySource("tests"));
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == ActantTracing.SourceName || candidate == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        _vault.Secrets["agent-executor/secrets/weather"] = new() { ["value"] = "mine" };
        await using var secrets = Open();

        await secrets.LoadAsync(TimeSpan.Zero, Token);
        using (var execution = source.StartActivity("execution")!)
        {
            await secrets.FindAsync(TenantId.Default, "weather", Token);
            Assert.Contains(spans, span => span.OperationName == "vault read secrets" && span.ParentSpanId == execution.SpanId);
        }

        // Others log in too while this listens; none of theirs is below anything.
        Assert.All(spans.Where(static span => span.OperationName is "vault login"), static span => Assert.Equal(default, span.ParentSpanId));
        Assert.Contains(spans, static span => span.OperationName == "vault login" && span.Kind == ActivityKind.Client);
        Assert.DoesNotContain(spans, static span => span.OperationName == "vault read postgres");
        Assert.Null(Activity.Current);
    }

    private VaultSecrets Open(string path = "database/creds/agent") => new(
        new VaultOptions { Address = _vault.Address, TokenFile = _jwt, DatabasePath = path, RefreshEvery = TimeSpan.FromHours(1), Timeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, late.Token);
        }
    }
}
