using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Actant.Secrets;

namespace Actant.Tests.Secrets;

[Trait("Row", "S7")]
public sealed class EncryptedSecretsTests : IDisposable
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly TenantId s_acme = new("acme");
    private readonly string _folder = Directory.CreateTempSubdirectory("actant-secrets-").FullName;

    private string StorePath => Path.Combine(_folder, "secrets.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Set_AndFound_ByAnotherReaderOfTheSameTenantAlone()
    {
        var reader = new EncryptedSecrets(StorePath, s_key);
        Assert.Null(await reader.FindAsync(s_acme, "key", default));

        await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("sesame-öpen"), default);

        Assert.Equal("sesame-öpen", (await reader.FindAsync(s_acme, "key", default))?.Reveal());
        Assert.Null(await reader.FindAsync(TenantId.Default, "key", default));
        Assert.True(reader.MayHave(s_acme, "key"));
        Assert.Equal("key", Assert.Single(await reader.ListAsync(s_acme, default)).Name);
        Assert.Empty(await reader.ListAsync(TenantId.Default, default));
    }

    [Fact]
    public async Task Set_File_HoldsNoValueAndIsItsOwnersAlone()
    {
        await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("sesame-open"), default);

        Assert.DoesNotContain("sesame", await File.ReadAllTextAsync(StorePath), StringComparison.Ordinal);
        Assert.False(File.Exists($"{StorePath}.new"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(StorePath) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Set_Again_ReplacesWithAnotherNonce()
    {
        var store = new EncryptedSecrets(StorePath, s_key);
        await store.SetAsync(s_acme, "key", new Secret("one"), default);
        var before = await NonceAsync();
        await store.SetAsync(s_acme, "key", new Secret("two"), default);

        Assert.Equal("two", (await store.FindAsync(s_acme, "key", default))?.Reveal());
        Assert.NotEqual(before, await NonceAsync());
        Assert.True(await store.RemoveAsync(s_acme, "key", default));
        Assert.False(await store.RemoveAsync(s_acme, "key", default));
        Assert.Null(await store.FindAsync(s_acme, "key", default));
    }

    [Fact]
    public async Task Hosts_AreKeptWithTheSecretAndStayUntilOthersAreSaid()
    {
        var store = new EncryptedSecrets(StorePath, s_key);
        await store.SetAsync(s_acme, "key", new Secret("one", ["api.example.com", "*.example.org"]), default);
        await store.SetAsync(s_acme, "key", new Secret("two"), default);

        var bound = (await new EncryptedSecrets(StorePath, s_key).FindAsync(s_acme, "key", default))!;
        Assert.Equal("two", bound.Reveal());
        Assert.True(bound.MayGoTo("https://api.example.com/x"));
        Assert.False(bound.MayGoTo("https://evil.example/"));
        Assert.Equal(["api.example.com", "*.example.org"], Assert.Single(await store.ListAsync(s_acme, default)).Hosts);

        await store.SetAsync(s_acme, "key", new Secret("three", []), default);
        Assert.True((await store.FindAsync(s_acme, "key", default))!.MayGoTo("https://evil.example/"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("evil.example")]
    public async Task Hosts_ChangedInTheFile_DoNotOpen(string? host)
    {
        await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("sesame-open", ["api.example.com"]), default);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(StorePath))!;
        file["secrets"]![0]!["hosts"] = host is null ? null : new JsonArray(host);
        await File.WriteAllTextAsync(StorePath, file.ToJsonString());

        await Assert.ThrowsAsync<SecretSourceException>(async () => await new EncryptedSecrets(StorePath, s_key).FindAsync(s_acme, "key", default));
    }

    [Fact]
    public async Task ReplaceKey_WhileAServerReads_IsNoticedByNobodyAndLeavesOneKey()
    {
        var keyFile = Path.Combine(_folder, "secrets.key");
        await EncryptedSecrets.CreateWithKeyFile(StorePath, keyFile).SetAsync(s_acme, "key", new Secret("sesame-open", ["api.example.com"]), default);
        var server = EncryptedSecrets.OpenWithKeyFile(StorePath, keyFile)!;
        Assert.Equal("sesame-open", (await server.FindAsync(s_acme, "key", default))!.Reveal());
        var (oldKey, oldFile) = (await File.ReadAllTextAsync(keyFile), await File.ReadAllTextAsync(StorePath));

        Assert.Equal(1, EncryptedSecrets.ReplaceKey(StorePath, keyFile));

        var found = (await server.FindAsync(s_acme, "key", default))!;
        Assert.Equal(("sesame-open", "api.example.com"), (found.Reveal(), Assert.Single(found.Hosts!)));
        await server.SetAsync(s_acme, "other", new Secret("written later"), default);
        Assert.Equal("written later", (await EncryptedSecrets.OpenWithKeyFile(StorePath, keyFile)!.FindAsync(s_acme, "other", default))!.Reveal());
        Assert.NotEqual(oldKey, await File.ReadAllTextAsync(keyFile));
        Assert.Single((await File.ReadAllTextAsync(keyFile)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await Assert.ThrowsAsync<SecretSourceException>(async () => await EncryptedSecrets.Open(StorePath, oldKey.Trim()).FindAsync(s_acme, "key", default));
        await File.WriteAllTextAsync(StorePath, oldFile);
        Assert.Equal("sesame-open", (await EncryptedSecrets.Open(StorePath, oldKey.Trim()).FindAsync(s_acme, "key", default))!.Reveal());
    }

    [Fact]
    public async Task ReplaceKey_CutOffInBetween_LosesNothingAndIsDoneByTheNext()
    {
        var keyFile = Path.Combine(_folder, "secrets.key");
        await EncryptedSecrets.CreateWithKeyFile(StorePath, keyFile).SetAsync(s_acme, "key", new Secret("sesame-open"), default);

        Assert.Throws<SecretSourceException>(() => SecretKey.Replace(keyFile, static () => throw new IOException("The disk is full.")));

        Assert.Equal("sesame-open", (await EncryptedSecrets.OpenWithKeyFile(StorePath, keyFile)!.FindAsync(s_acme, "key", default))!.Reveal());
        Assert.Equal(1, EncryptedSecrets.ReplaceKey(StorePath, keyFile));
        Assert.Equal("sesame-open", (await EncryptedSecrets.OpenWithKeyFile(StorePath, keyFile)!.FindAsync(s_acme, "key", default))!.Reveal());
        Assert.Single(SecretKey.Read(keyFile)!.Ids);
    }

    [Theory]
    [InlineData("tenant", "default")]
    [InlineData("name", "other")]
    [InlineData("tag", "AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("nonce", "AAAAAAAAAAAAAAAA")]
    [InlineData("nonce", "AAAA")]
    [InlineData("value", "AAAAAAAAAAAAAAA=")]
    public async Task Entry_MovedOrChanged_DoesNotOpen(string field, string value)
    {
        await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("sesame-open"), default);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(StorePath))!;
        file["secrets"]![0]![field] = value;
        await File.WriteAllTextAsync(StorePath, file.ToJsonString());
        var (tenant, name) = (field == "tenant" ? TenantId.Default : s_acme, field == "name" ? "other" : "key");

        await Assert.ThrowsAsync<SecretSourceException>(async () => await new EncryptedSecrets(StorePath, s_key).FindAsync(tenant, name, default));
    }

    [Fact]
    public async Task Key_Another_DoesNotOpen()
    {
        await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("sesame-open"), default);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await new EncryptedSecrets(StorePath, RandomNumberGenerator.GetBytes(32)).FindAsync(s_acme, "key", default));

        Assert.DoesNotContain("sesame", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version": 2, "secrets": []}""")]
    [InlineData("""{"version": 1}""")]
    [InlineData("""{"version": 1, "secrets": [null]}""")]
    [InlineData("""{"version": 1, "secrets": [{"tenant": "a", "name": "b"}, {"tenant": "a", "name": "b"}]}""")]
    public async Task File_Damaged_IsSaidAndNotOverwritten(string text)
    {
        await File.WriteAllTextAsync(StorePath, text);
        var store = new EncryptedSecrets(StorePath, s_key);

        await Assert.ThrowsAsync<SecretSourceException>(async () => await store.FindAsync(s_acme, "key", default));
        await Assert.ThrowsAsync<SecretSourceException>(async () => await store.SetAsync(s_acme, "key", new Secret("x"), default));
        Assert.True(store.MayHave(s_acme, "key"));
        Assert.Equal(text, await File.ReadAllTextAsync(StorePath));
    }

    [Fact]
    public async Task Set_WhileAnotherWrites_IsRefused()
    {
        await using var other = new FileStream($"{StorePath}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        await Assert.ThrowsAsync<SecretSourceException>(async () => await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, "key", new Secret("x"), default));
    }

    [Theory]
    [InlineData("../x", "value")]
    [InlineData("", "value")]
    [InlineData("key", "")]
    public async Task Set_MalformedNameOrEmptyValue_Throws(string name, string value) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await new EncryptedSecrets(StorePath, s_key).SetAsync(s_acme, name, new Secret(value), default));

    [Fact]
    public void KeyFile_Created_IsItsOwnersAloneAndReadAgain()
    {
        var file = Path.Combine(_folder, "key");
        Assert.Null(SecretKey.Read(file));

        var key = SecretKey.Create(file);

        Assert.Equal(Assert.Single(key.Ids), Assert.Single(SecretKey.Read(file)!.Ids));
        Assert.Throws<IOException>(() => SecretKey.Create(file));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void KeyFile_OthersMayRead_IsRefused()
    {
        var file = Path.Combine(_folder, "key");
        SecretKey.Create(file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Contains("chmod 600", Assert.Throws<SecretSourceException>(() => SecretKey.Read(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("no base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= c2hvcnQ=")]
    public void Key_Malformed_IsRefused(string text) => Assert.Throws<SecretSourceException>(() => SecretKey.Parse(text, "x"));

    private async Task<string> NonceAsync() => JsonNode.Parse(await File.ReadAllTextAsync(StorePath))!["secrets"]![0]!["nonce"]!.GetValue<string>();
}
