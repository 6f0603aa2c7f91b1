using System.Text.Json;
using Actant.Secrets;

namespace Actant.Tests.Secrets;

[Trait("Row", "S7")]
public sealed class SecretTests
{
    private static readonly TenantId s_acme = new("acme");

    [Fact]
    public void Secret_Printed_IsStars()
    {
        var secret = new Secret("hidden");

        Assert.Equal("*** ***", $"{secret} {new { secret }.secret}");
        Assert.Equal("hidden", secret.Reveal());
    }

    [Fact]
    public void Secret_Serialised_IsAnError()
    {
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(new { Key = new Secret("hidden") }));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<Secret>("\"hidden\""));
    }

    [Theory]
    [InlineData("https://api.example.com/v1", true)]
    [InlineData("https://API.example.com:8443/", true)]
    [InlineData("https://a.b.example.org/", true)]
    [InlineData("https://example.org/", false)]
    [InlineData("https://api.example.com.evil.test/", false)]
    [InlineData("https://api.example.com@evil.test/", false)]
    [InlineData("nonsense", false)]
    public void MayGoTo_ForSomeHosts_IsTrueOfThoseAlone(string url, bool expected)
    {
        Assert.Equal(expected, new Secret("x", ["api.example.com", "*.example.org"]).MayGoTo(url));
        Assert.True(new Secret("x").MayGoTo(url) && new Secret("x", []).MayGoTo(url));
    }

    [Fact]
    public void Secret_HostsThatAreNone_Throw()
    {
        Assert.Throws<ArgumentException>(static () => new Secret("x", ["https://x.test"]));
        Assert.Throws<ArgumentException>(static () => new Secret("x", [.. Enumerable.Repeat("x.test", Secret.MostHosts + 1)]));
    }

    [Theory]
    [InlineData("a.test, *.b.test", "a.test,*.b.test")]
    [InlineData("a.test\n*.b.test\n", "a.test,*.b.test")]
    [InlineData("", "fault")]
    [InlineData("https://a.test", "fault")]
    public async Task Hosts_OfEnvironmentAndFiles_AreReadOrNothingIsGiven(string text, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("actant-secrets-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), "value\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "key.hosts"), text);
        var files = new FileSecrets(folder);
        var variables = new EnvironmentSecrets(name => name switch { "ACTANT_SECRET_KEY" => "value", "ACTANT_HOSTS_OF_KEY" => text, _ => null });

        foreach (ISecretSource source in new ISecretSource[] { files, variables })
        {
            if (expected == "fault")
            {
                await Assert.ThrowsAsync<SecretSourceException>(async () => await source.FindAsync(TenantId.Default, "key", default));
            }
            else
            {
                var secret = (await source.FindAsync(TenantId.Default, "key", default))!;
                Assert.Equal(("value", expected), (secret.Reveal(), string.Join(',', secret.Hosts!)));
            }
        }

        Assert.Null(await files.FindAsync(TenantId.Default, "key.hosts", default));
        Assert.False(files.MayHave(TenantId.Default, "key.hosts"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("weather-key", "default", "sunny")]
    [InlineData("weather.key", "default", "sunny")]
    [InlineData("Weather_Key", "default", "sunny")]
    [InlineData("weather-key", "acme", null)]
    [InlineData("other", "default", null)]
    [InlineData("", "default", null)]
    public async Task Environment_Variables_AreTheDefaultTenantsAlone(string name, string tenant, string? value)
    {
        var source = new EnvironmentSecrets(variable => variable == "ACTANT_SECRET_WEATHER_KEY" ? "sunny" : null);

        Assert.Equal(value, (await source.FindAsync(new TenantId(tenant), name, default))?.Reveal());
        Assert.Equal(value is not null, source.MayHave(new TenantId(tenant), name));
    }

    [Fact]
    public async Task Files_OfTenants_AreFoundByTheirTenantAlone()
    {
        var folder = Directory.CreateTempSubdirectory("actant-secrets-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), "default's\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "lines"), "a\nb\r\n");
        Directory.CreateDirectory(Path.Combine(folder, "tenants", "acme"));
        await File.WriteAllTextAsync(Path.Combine(folder, "tenants", "acme", "key"), "acme's");
        var source = new FileSecrets(folder);

        Assert.Equal("default's", (await source.FindAsync(TenantId.Default, "key", default))?.Reveal());
        Assert.Equal("a\nb", (await source.FindAsync(TenantId.Default, "lines", default))?.Reveal());
        Assert.Equal("acme's", (await source.FindAsync(s_acme, "key", default))?.Reveal());
        Assert.Null(await source.FindAsync(s_acme, "lines", default));
        Assert.True(source.MayHave(s_acme, "key"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("..", "key")]
    [InlineData(".", "key")]
    [InlineData("a/../..", "key")]
    [InlineData("default", "../secrets/key")]
    [InlineData("default", "..")]
    [InlineData("default", "/etc/passwd")]
    [InlineData("default", "..data")]
    [InlineData("default", "tenants")]
    public async Task Files_NamesThatLeaveTheFolder_AreNotFound(string tenant, string name)
    {
        var folder = Directory.CreateTempSubdirectory("actant-secrets-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "tenants"));
        await File.WriteAllTextAsync(Path.Combine(folder, "key"), "default's");

        Assert.Null(await new FileSecrets(folder).FindAsync(new TenantId(tenant), name, default));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Chain_FirstThatHasIt_GivesIt()
    {
        var chain = new SecretChain([
            new EnvironmentSecrets(variable => variable.EndsWith("_A", StringComparison.Ordinal) ? "first" : null),
            new EnvironmentSecrets(_ => "second"),
        ]);

        Assert.Equal("first", (await chain.FindAsync(TenantId.Default, "a", default))?.Reveal());
        Assert.Equal("second", (await chain.FindAsync(TenantId.Default, "b", default))?.Reveal());
        Assert.False(chain.MayHave(s_acme, "a"));
        Assert.False(chain.MayHave(TenantId.Default, "a/b"));
    }

    [Theory]
    [InlineData("the value is sesame-open", "the value is ***")]
    [InlineData("SESAME-OPEN", "***")]
    [InlineData("q=p%26ss%2Fword&x", "q=***&x")]
    [InlineData("Basic c2VzYW1lLW9wZW4=", "Basic ***=")]
    [InlineData("ab stays", "ab stays")]
    [InlineData("nothing", "nothing")]
    public void Scrubber_Texts_LoseTheSecretInEveryForm(string text, string scrubbed) =>
        Assert.Equal(scrubbed, new SecretScrubber([new Secret("sesame-open"), new Secret("p&ss/word"), new Secret("ab")]).Scrub(text));

    [Fact]
    public void Scrubber_Json_StaysJson()
    {
        var scrubber = new SecretScrubber([new Secret("12345678"), new Secret("quo\"te")]);

        var scrubbed = scrubber.Scrub(JsonElement.Parse("""{"n": 12345678, "a12345678": [true, null, "x12345678y", "quo\"te", 1.5]}"""));

        Assert.Equal("""{"n":"***","a***":[true,null,"x***y","***",1.5]}""", scrubbed.GetRawText());
    }
}
