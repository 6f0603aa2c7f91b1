using Actant.LanguageModels;

namespace Actant.Tests.LanguageModels;

public sealed class SumParserTests
{
    [Theory]
    [InlineData("What is 15 + 27?", "15 + 27")]
    [InlineData("12 * 3.5", "12 * 3.5")]
    [InlineData("10/4", "10 / 4")]
    [InlineData("7-9", "7 - 9")]
    [InlineData("7 - -9", "7 - -9")]
    [InlineData("-7.5 + 2", "-7.5 + 2")]
    [InlineData("2 ^ 10", "2 ^ 10")]
    [InlineData("2**10", "2 ^ 10")]
    [InlineData("2 to the power of 10, please", "2 ^ 10")]
    [InlineData("2 raised to the power of -3", "2 ^ -3")]
    [InlineData("sqrt 2", "sqrt(2)")]
    [InlineData("sqrt(2) + 1", "sqrt(2) + 1")]
    [InlineData("the square root of 2", "sqrt(2)")]
    [InlineData("15% of 80", "15% of 80")]
    [InlineData("15 percent of 80", "15% of 80")]
    [InlineData("what is 3 plus 4", "3 + 4")]
    [InlineData("6 TIMES 7 minus 1", "6 * 7 - 1")]
    [InlineData("6 x 7", "6 * 7")]
    [InlineData("100 divided by 8", "100 / 8")]
    [InlineData("3 multiplied by 4", "3 * 4")]
    [InlineData("5 squared", "5 ^ 2")]
    [InlineData("1,000,000 + .5", "1000000 + 0.5")]
    [InlineData("007 + 0", "7 + 0")]
    [InlineData("2 + 3 * 4", "2 + 3 * 4")]
    [InlineData("(2 + 3) * 4", "(2 + 3) * 4")]
    [InlineData("2 * ((3 + 4))", "2 * (3 + 4)")]
    [InlineData("10 - (3 - 2)", "10 - (3 - 2)")]
    [InlineData("2 ^ 3 ^ 2", "2 ^ 3 ^ 2")]
    [InlineData("(2 ^ 3) ^ 2", "(2 ^ 3) ^ 2")]
    [InlineData("-2 ^ 2", "-1 * 2 ^ 2")]
    [InlineData("(-2) ^ 2", "(-2) ^ 2")]
    [InlineData("What is 1 + 2, and what is 3 * 4?", "1 + 2|3 * 4")]
    [InlineData("1 + + 2 + 3", "2 + 3")]
    [InlineData("((((1 + 2", "1 + 2")]
    public void Find_TextWithSums_ReadsThem(string text, string expected)
    {
        var sums = SumParser.Find(text, out var cutOff);

        Assert.Equal(expected, string.Join('|', sums));
        Assert.False(cutOff);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hello!")]
    [InlineData("I have 3 apples - maybe 4")]
    [InlineData("gpt-4 and 5")]
    [InlineData("on 2026-11-21")]
    [InlineData("I am 100% sure")]
    [InlineData("42")]
    [InlineData("- - -")]
    [InlineData("1 +")]
    public void Find_TextWithoutSum_FindsNone(string text)
    {
        Assert.Empty(SumParser.Find(text, out var cutOff));
        Assert.False(cutOff);
    }

    [Fact]
    public void Find_TooManyOperations_IsCutOff()
    {
        SumParser.Find(string.Join(" + ", Enumerable.Repeat("1", 100)), out var cutOff);
        Assert.True(cutOff);
    }

    [Fact]
    public void Find_TooManySums_ReadsTheFirst()
    {
        var sums = SumParser.Find(string.Join(", ", Enumerable.Repeat("1 + 1", 20)), out var cutOff);
        Assert.True(cutOff);
        Assert.Equal(SumParser.MostSums, sums.Count);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("2 ^ ")]
    [InlineData("1+(")]
    [InlineData("sqrt ")]
    [InlineData("% of ")]
    public void Find_EndlessRepetition_Ends(string piece)
    {
        Assert.Empty(SumParser.Find(string.Concat(Enumerable.Repeat(piece, 50_000)), out _));
    }
}
