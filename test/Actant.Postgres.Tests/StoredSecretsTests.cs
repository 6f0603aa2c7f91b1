using System.Text;
using Actant.Secrets;
using Actant.Testing;

namespace Actant.Postgres.Tests;

[Trait("Row", "S7")]
public sealed class StoredSecretsTests(PostgresCluster cluster)
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly TenantId s_acme = new("acme");

    [Fact]
    public async Task Set_OnOneNode_IsFoundOnAnotherAndNoTableHoldsIt()
    {
        const string Value = "sesame-open-1234";
        var options = cluster.NewOptions();
        await using var here = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(1), default);
        await using var there = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(2), default);

        await new StoredSecrets(here, s_key).SetAsync(s_acme, "key", new Secret("something-before"), default);
        await new StoredSecrets(there, s_key).SetAsync(s_acme, "key", new Secret(Value), default);

        Assert.Equal(Value, (await new StoredSecrets(here, s_key).FindAsync(s_acme, "key", default))?.Reveal());
        var dump = await cluster.DumpAsync(options.Schema);
        Assert.Contains(Convert.ToHexStringLower("\"key\""u8), dump, StringComparison.Ordinal);
        foreach (var form in (string[])[Value, "something-before", Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)), Convert.ToBase64String(s_key)])
        {
            Assert.DoesNotContain(form, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(form)), dump, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Set_BySeveralAtOnce_OneOfThemStays()
    {
        var options = cluster.NewOptions();
        await using var store = await PostgresStore.OpenAsync(options, TimeProvider.System, new SequentialIdGenerator(), default);
        var secrets = new StoredSecrets(store, s_key);

        await Task.WhenAll(Enumerable.Range(1, 3).Select(number => secrets.SetAsync(s_acme, "key", new Secret($"value {number}"), default).AsTask()));

        Assert.StartsWith("value ", (await secrets.FindAsync(s_acme, "key", default))?.Reveal(), StringComparison.Ordinal);
        Assert.True(await secrets.RemoveAsync(s_acme, "key", default));
        Assert.Empty(await secrets.ListAsync(s_acme, default));
    }
}
