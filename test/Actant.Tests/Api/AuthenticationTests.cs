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

    [Theory]
    [InlineData("one", Role.Admin, null)]
    [InlineData("default", Role.Editor, null)]
    [InlineData("default", Role.Admin, 60)]
    public async Task Create_FirstKeyThatCouldLockEverybodyOut_IsRefused(string tenant, Role role, int? seconds)
    {
        var reply = await _keys.CreateAsync(new TenantId(tenant), "k", role, seconds is { } some ? TimeSpan.FromSeconds(some) : null, Token);

        Assert.Equal("first_key_not_admin", reply.Refusal?.Code);
    }

    [Fact]
    public async Task Revoke_LastKeyThatCouldMakeAnother_IsRefused()
    {
        await KeyAsync("one");
        var ruling = (await _keys.ListAsync(TenantId.Default, null, 10, Token)).Items.Single();

        Assert.Equal("last_admin_key", (await _keys.RevokeAsync(null, ruling.Id, Token)).Refusal?.Code);
        Assert.True(await _keys.ExistAsync(Token));

        await KeyAsync("default");
        Assert.True((await _keys.RevokeAsync(null, ruling.Id, Token)).IsDone);
    }

    [Fact]
    public async Task List_KeysOfOthersInBetween_LeaveNoTraceInThePages()
    {
        foreach (var tenant in (string[])["one", "two", "two", "two", "one", "two"])
        {
            await KeyAsync(tenant);
        }

        var first = await _keys.ListAsync(new TenantId("one"), null, 1, Token);
        var second = await _keys.ListAsync(new TenantId("one"), first.Cursor, 1, Token);
        var none = await _keys.ListAsync(new TenantId("three"), null, 1, Token);

        Assert.Equal((1, 1, 0), (first.Items.Count, second.Items.Count, none.Items.Count));
        Assert.Null(second.Cursor);
        Assert.Null(none.Cursor);
        Assert.Equal(7, (await _keys.ListAsync(null, null, 100, Token)).Items.Count);
    }

    private async Task<string> KeyAsync(string tenant) => await MakeAsync(TenantId.Default.Value, isFirst: true) is var _ ? await MakeAsync(tenant) : "";

    private async Task<string> MakeAsync(string tenant, bool isFirst = false) => isFirst && await _keys.ExistAsync(Token) ? ""
        : (await _keys.CreateAsync(new TenantId(tenant), "k", Role.Admin, lifetime: null, Token)).Value!.Text;

    private async Task<Reply<Caller>> IdentifyAsync(string? key, string? tenant = null, bool isLocal = true) => await new Authentication(_keys, _owner).IdentifyAsync(
        new Credentials { Key = key, IsLocal = isLocal, Tenants = tenant is null ? [] : [tenant], TenantField = "X-Tenant-Id" }, Token);
}
