using Actant.DurableStores;

namespace Actant.Tests.DurableStores;

public sealed class MigrationTests
{
    private static readonly Migration[] s_known = [new(1, "one"), new(2, "two"), new(3, "three")];

    [Theory]
    [InlineData(0, new[] { 1, 2, 3 })]
    [InlineData(2, new[] { 3 })]
    [InlineData(3, new int[0])]
    public void Behind_OlderDatabase_IsWhatItLacks(long current, int[] expected) =>
        Assert.Equal(expected, Migration.Behind(s_known, current).Select(migration => migration.Version));

    [Fact]
    public void Behind_NewerDatabase_Throws()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Migration.Behind(s_known, 4));

        Assert.Contains("4", refused.Message, StringComparison.Ordinal);
        Assert.Contains("3", refused.Message, StringComparison.Ordinal);
    }
}
