using Actant.Scheduling;

namespace Actant.Tests.Executions;

[Trait("Row", "X5")]
public sealed class CappedTenantsTests
{
    private static readonly TenantId s_capped = new("capped");
    private static readonly TenantId s_other = new("other");

    private readonly CappedTenants _tenants = new();

    [Fact]
    public void Release_TenantLeftByTheLastPoll_IsAReasonToPoll()
    {
        Poll([s_capped]);

        Assert.False(_tenants.Release(s_other));
        Assert.True(_tenants.Release(s_capped));
    }

    [Fact]
    public void Release_NoTenantLeftAnyMore_IsNone()
    {
        Poll([s_capped]);
        Poll([]);

        Assert.False(_tenants.Release(s_capped));
    }

    [Fact]
    public void EndPoll_ReleasedMeanwhile_PollsAgain()
    {
        _tenants.BeginPoll();
        Assert.False(_tenants.Release(s_capped));

        Assert.True(_tenants.EndPoll([s_capped]));
    }

    [Fact]
    public void EndPoll_AnotherOrAnEarlierRelease_DoesNot()
    {
        _tenants.Release(s_capped);
        _tenants.BeginPoll();
        _tenants.Release(s_other);

        Assert.False(_tenants.EndPoll([s_capped]));
    }

    private void Poll(TenantId[] capped)
    {
        _tenants.BeginPoll();
        _tenants.EndPoll(capped);
    }
}
