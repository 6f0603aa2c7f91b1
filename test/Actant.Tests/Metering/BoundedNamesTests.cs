using Actant.Metering;

namespace Actant.Tests.Metering;

[Trait("Row", "O2")]
public sealed class BoundedNamesTests
{
    [Fact]
    public void Of_MoreThanTheBound_AreOther()
    {
        var names = new BoundedNames(2);

        Assert.Equal(["a", "b", "a", "other", "b", "other"], new[] { "a", "b", "a", "c", "b", "d" }.Select(names.Of));
    }
}
