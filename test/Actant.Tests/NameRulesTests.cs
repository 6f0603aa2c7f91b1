namespace Actant.Tests;

[Trait("Row", "I10")]
public sealed class NameRulesTests
{
    [Theory]
    [InlineData("order-1", true)]
    [InlineData("é 😀", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u0085b", false)]
    public void IsName_Text_IsOneOrNot(string? text, bool expected) => Assert.Equal(expected, NameRules.IsName(text));

    // No attribute can hold half of a pair: it would come as another character.
    [Fact]
    public void IsName_HalfOfAPair_IsNone()
    {
        foreach (var text in new[] { "\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d", "\ud83da" })
        {
            Assert.False(NameRules.IsText(text));
            Assert.False(NameRules.IsName(text));
        }
    }

    [Fact]
    public void IsName_Length_IsBounded()
    {
        Assert.True(NameRules.IsName(new string('a', NameRules.LongestName)));
        Assert.False(NameRules.IsName(new string('a', NameRules.LongestName + 1)));
        Assert.True(NameRules.IsName(new string('a', 512), longest: 512));
    }
}
