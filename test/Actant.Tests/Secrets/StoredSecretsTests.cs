using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Agents;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Secrets;
using Actant.Storage;
using Actant.Testing;
using Actant.Tools;

namespace Actant.Tests.Secrets;

[Trait("Row", "S7")]
public sealed class StoredSecretsTests : IAsyncDisposable
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly byte[] s_other = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];
    private static readonly TenantId s_acme = new("acme");
    private readonly InMemoryStore _store = new(new ManualTimeProvider(), new SequentialIdGenerator());

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Set_OnOneNode_IsFoundOnAnotherByTheSameTenantAlone()
    {
        await new StoredSecrets(_store, s_key).SetAsync(s_acme, "key", new Secret("sesame-öpen"), default);
        var other = new StoredSecrets(_store, s_key);

        Assert.Equal("sesame-öpen", (await other.FindAsync(s_acme, "key", default))?.Reveal());
        Assert.Null(await other.FindAsync(TenantId.Default, "key", default));
        Assert.Null(await other.FindAsync(s_acme, "nothing", default));
        Assert.Equal("key", Assert.Single(await other.ListAsync(s_acme, default)).Name);
        Assert.Empty(await other.ListAsync(TenantId.Default, default));
    }

    [Fact]
    public async Task Set_Records_HoldNoValue()
    {
        await new StoredSecrets(_store, s_key).SetAsync(s_acme, "key", new Secret("sesame-open"), default);

        var body = Encoding.UTF8.GetString((await RecordAsync(s_acme)).Body.Span);

        Assert.DoesNotContain("sesame", body, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("sesame"u8), body, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(s_key), body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_Again_CountsAtOnceAndARemovedOneIsGone()
    {
        var (one, two) = (new StoredSecrets(_store, s_key), new StoredSecrets(_store, s_key));
        await one.SetAsync(s_acme, "key", new Secret("one"), default);
        Assert.Equal("one", (await two.FindAsync(s_acme, "key", default))?.Reveal());

        await one.SetAsync(s_acme, "key", new Secret("two"), default);

        Assert.Equal("two", (await two.FindAsync(s_acme, "key", default))?.Reveal());
        Assert.True(await two.RemoveAsync(s_acme, "key", default));
        Assert.False(await one.RemoveAsync(s_acme, "key", default));
        Assert.Null(await one.FindAsync(s_acme, "key", default));
        Assert.Empty(await one.ListAsync(s_acme, default));
    }

    [Fact]
    public async Task Key_Another_SaysWhichIsNeededAndLosesNothing()
    {
        var (owner, stranger) = (new StoredSecrets(_store, s_key), new StoredSecrets(_store, s_other));
        await owner.SetAsync(s_acme, "key", new Secret("sesame-open"), default);
        var (expected, own) = (new SecretSeal(s_key).KeyId, new SecretSeal(s_other).KeyId);

        var found = await Assert.ThrowsAsync<SecretSourceException>(async () => await stranger.FindAsync(s_acme, "key", default));
        var written = await Assert.ThrowsAsync<SecretSourceException>(async () => await stranger.SetAsync(s_acme, "key", new Secret("x"), default));

        Assert.NotEqual(expected, own);
        Assert.All([found, written], failure =>
        {
            Assert.Contains($"with the key {expected}", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"has the key {own}", failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", failure.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal("sesame-open", (await owner.FindAsync(s_acme, "key", default))?.Reveal());
    }

    [Fact]
    public async Task Reseal_WithANewKeyFirst_SealsAllTenantsAndTheOldKeyIsNotNeeded()
    {
        string[] keys = [Convert.ToBase64String(s_other), Convert.ToBase64String(s_key)];
        foreach (var tenant in new[] { s_acme, TenantId.Default, new TenantId("z") })
        {
            await new StoredSecrets(_store, s_key).SetAsync(tenant, "key", new Secret($"value of {tenant}", ["api.example.com"]), default);
        }

        var both = StoredSecrets.Open(_store, string.Join(' ', keys));
        await both.SetAsync(s_acme, "later", new Secret("written meanwhile"), default);
        Assert.Equal("value of z", (await both.FindAsync(new TenantId("z"), "key", default))!.Reveal());

        Assert.Equal(4, await both.ResealAsync(default));
        Assert.Equal(4, await both.ResealAsync(default));

        var renewed = new StoredSecrets(_store, s_other);
        foreach (var tenant in new[] { s_acme, TenantId.Default, new TenantId("z") })
        {
            var secret = (await renewed.FindAsync(tenant, "key", default))!;
            Assert.Equal(($"value of {tenant}", false), (secret.Reveal(), secret.MayGoTo("https://evil.example/")));
        }

        var old = await Assert.ThrowsAsync<SecretSourceException>(async () => await new StoredSecrets(_store, s_key).ResealAsync(default));
        Assert.Contains("is sealed with the key", old.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_None_IsSaidWithTheSettingThatGivesIt()
    {
        var none = StoredSecrets.Open(_store, null);
        Assert.Null(await none.FindAsync(s_acme, "key", default));

        var written = await Assert.ThrowsAsync<SecretSourceException>(async () => await none.SetAsync(s_acme, "key", new Secret("x"), default));
        await new StoredSecrets(_store, s_key).SetAsync(s_acme, "key", new Secret("x"), default);
        var found = await Assert.ThrowsAsync<SecretSourceException>(async () => await none.FindAsync(s_acme, "key", default));

        Assert.All([found, written], static failure => Assert.Contains("ACTANT_SECRETS_KEY", failure.Message, StringComparison.Ordinal));
        Assert.Equal("key", Assert.Single(await none.ListAsync(s_acme, default)).Name);
    }

    [Fact]
    public async Task Agent_WithAKeyOfItsOwnAndNoKeyToKeepItUnder_IsRefusedWithTheSetting()
    {
        await using var engine = new ActantEngine(_store, new ToolRegistry([]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), new EngineOptions());
        var agents = new AgentStore(engine, secrets: StoredSecrets.Open(_store, null));

        var reply = await agents.CreateAsync(s_acme, JsonElement.Parse("""{"name": "a", "model": "scripted", "api_key": "sk-secret-1234"}"""), default);

        var problem = Assert.Single(reply.Refusal!.Errors!);
        Assert.Equal(("$.api_key", SecretErrors.Unavailable), (problem.Path, problem.Code));
        Assert.Contains("ACTANT_SECRETS_KEY", problem.Message, StringComparison.Ordinal);
        Assert.Null(await agents.GetAsync(s_acme, "a", default));
    }

    [Fact]
    public async Task Agent_ChangeIsRefused_KeepsTheKeyThatItHad()
    {
        await using var engine = new ActantEngine(_store, new ToolRegistry([]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), new EngineOptions());
        var secrets = new StoredSecrets(_store, s_key);
        var agents = new AgentStore(engine, secrets: secrets);
        var made = await agents.CreateAsync(s_acme, JsonElement.Parse("""{"name": "a", "model": "scripted", "api_key": "first-key"}"""), default);
        await agents.CreateAsync(s_acme, JsonElement.Parse("""{"name": "taken", "model": "scripted"}"""), default);
        var (id, secret) = (made.Value!.Id, $"agent-{made.Value.Id}");

        string[] refused = ["""{"api_key": "second-key", "max_turns": -1}""", """{"api_key": "second-key", "name": "taken"}"""];
        foreach (var patch in refused)
        {
            Assert.False((await agents.PatchAsync(s_acme, id, JsonElement.Parse(patch), null, default)).IsDone);
            Assert.Equal("first-key", (await secrets.FindAsync(s_acme, secret, default))!.Reveal());
        }

        Assert.True((await agents.PatchAsync(s_acme, id, JsonElement.Parse("""{"api_key": "third-key"}"""), null, default)).IsDone);
        Assert.Equal("third-key", (await secrets.FindAsync(s_acme, secret, default))!.Reveal());
    }

    [Fact]
    public async Task Agent_NamesTheKeyOfAnother_IsRefused()
    {
        await using var engine = new ActantEngine(_store, new ToolRegistry([]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), new EngineOptions());
        var agents = new AgentStore(engine, secrets: new StoredSecrets(_store, s_key));
        var made = await agents.CreateAsync(s_acme, JsonElement.Parse("""{"name": "a", "model": "scripted", "api_key": "first-key"}"""), default);

        var reply = await agents.CreateAsync(
            s_acme, JsonElement.Parse("""{"name": "b", "model": {"provider": "scripted", "model_name": "m", "api_key": "secret://agent-ID"}}""".Replace("ID", made.Value!.Id, StringComparison.Ordinal)), default);

        Assert.Equal(("$.model.api_key", "unknown_secret"), (reply.Refusal!.Errors![0].Path, reply.Refusal.Errors[0].Code));
    }

    [Theory]
    [InlineData("tenant")]
    [InlineData("tag")]
    [InlineData("value")]
    [InlineData("version")]
    [InlineData("nothing")]
    public async Task Record_MovedOrChanged_DoesNotOpen(string change)
    {
        var secrets = new StoredSecrets(_store, s_key);
        await secrets.SetAsync(s_acme, "key", new Secret("sesame-open"), default);
        var tenant = change == "tenant" ? TenantId.Default : s_acme;
        var body = JsonNode.Parse((await RecordAsync(s_acme)).Body.Span)!;
        switch (change)
        {
            case "tag" or "value":
                body[change] = "AAAAAAAAAAAAAAAAAAAAAA==";
                break;
            case "version":
                body[change] = 2;
                break;
            case "nothing":
                body = new JsonObject();
                break;
        }

        await _store.For(tenant).Records.WriteAsync(
            new RecordWrite { Kind = "secret", Id = "key", Name = "key", ExpectedVersion = tenant == s_acme ? 1 : 0, Body = Encoding.UTF8.GetBytes(body.ToJsonString()) }, default);

        await Assert.ThrowsAsync<SecretSourceException>(async () => await secrets.FindAsync(tenant, "key", default));
    }

    private async Task<StoredRecord> RecordAsync(TenantId tenant) => (await _store.For(tenant).Records.ReadAsync("secret", "key", null, default))!;
}
