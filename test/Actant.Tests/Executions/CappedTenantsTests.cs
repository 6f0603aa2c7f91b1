using Actant.Scheduling;

namespace Actant.Tests.Executions;

[Trait("Row", "X5")]
public sealed class CappedTenantsTests
{
    private static readonly TenantId s_capped = new("capped");
    private static readonly TenantId s_other = new("other");

    private readonly CappedTenants _tenants = new();

    [Fact]
    public void Release_TenantLeftByTheLastLook_IsAReasonToLook()
    {
        Look([s_capped]);

        Assert.False(_tenants.Release(s_other));
        Assert.True(_tenants.Release(s_capped));
    }

    [Fact]
    public void Release_NoTenantLeftAnyMore_IsNone()
    {
        Look([s_capped]);
        Look([]);

        Assert.False(_tenants.Release(s_capped));
    }

    [Fact]
    public void EndLook_ReleasedMeanwhile_LooksAgain()
    {
        _tenants.BeginLook();
        Assert.False(_tenants.Release(s_capped));

        Assert.True(_tenants.EndLook([s_capped]));
    }

    [Fact]
    public void EndLook_AnotherOrAnEarlierRelease_DoesNot()
    {
        _tenants.Release(s_capped);
        _tenants.BeginLook();
        _tenants.Release(s_other);

        Assert.False(_tenants.EndLook([s_capped]));
    }

    private void Look(TenantId[] capped)
    {
        _tenants.BeginLook();
        _tenants.EndLook(capped);
    }
}
