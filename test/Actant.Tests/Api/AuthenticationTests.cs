using Actant.Access;
using Actant.Api;
using Actant.InMemory;

namespace Actant.Tests.Api;

/// <summary>Who asks, and for which tenant, whatever way in they came.</summary>
[Trait("Row", "I10")]
public sealed class AuthenticationTests
{
    private readonly ApiKeys _keys = new(new InMemoryStore(TimeProvider.System, IdGenerator.System), TimeProvider.System, IdGenerator.System);
    private readonly OwnerKey _owner = new() { UserId = "ada" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, null, null)]
    [InlineData(true, "other", null)]
    [InlineData(true, ":access", "invalid_input")]
    [InlineData(false, null, "forbidden")]
    public async Task Identify_NoKeysYet_LetsInOnlyThisMachineForAnyTenant(bool isLocal, string? tenant, string? code)
    {
        var reply = await IdentifyAsync(key: null, tenant, isLocal);

        Assert.Equal(code, reply.Refusal?.Code);
        Assert.Equal(code is null ? tenant ?? "default" : null, reply.Value?.Tenant.Value);
    }

    [Fact]
    public async Task Identify_KeysExist_NobodyComesInWithoutOne()
    {
        await KeyAsync("default");

        Assert.Equal("unauthenticated", (await IdentifyAsync(key: null)).Refusal?.Code);
        Assert.Equal("unauthenticated", (await IdentifyAsync("actant_none")).Refusal?.Code);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("one", null)]
    [InlineData("other", "forbidden")]
    public async Task Identify_Key_OpensItsOwnTenantOnly(string? tenant, string? code)
    {
        var reply = await IdentifyAsync(await KeyAsync("one"), tenant, isLocal: false);

        Assert.Equal(code, reply.Refusal?.Code);
        Assert.Equal(code is null ? "one" : null, reply.Value?.Tenant.Value);
    }

    [Fact]
    public async Task Identify_OwnerOfTheProcess_IsWhoeverTheySay()
    {
        await KeyAsync("one");

        var caller = (await IdentifyAsync(_owner.Text, "other", isLocal: false)).Value!;

        Assert.Equal(("other", Role.Admin, "ada"), (caller.Tenant.Value, caller.Role, caller.UserId));
    }

    [Fact]
    public void Caller_MakesKeysOfTheirTenantAndThoseOfDefaultOfAll()
    {
        Assert.True(new Caller(new TenantId("one"), Role.Admin, "k").MayMakeKeysOf(new TenantId("one")));
        Assert.False(new Caller(new TenantId("one"), Role.Admin, "k").MayMakeKeysOf(TenantId.Default));
        Assert.True(Caller.Machine.MayMakeKeysOf(new TenantId("one")));
    }

    private async Task<string> KeyAsync(string tenant) => (await _keys.CreateAsync(new TenantId(tenant), "k", Role.Admin, lifetime: null, Token)).Value!.Text;

    private async Task<Reply<Caller>> IdentifyAsync(string? key, string? tenant = null, bool isLocal = true) => await new Authentication(_keys, _owner).IdentifyAsync(
        new Credentials { Key = key, IsLocal = isLocal, Tenants = tenant is null ? [] : [tenant], TenantField = "X-Tenant-Id" }, Token);
}
