using System.Text.Json;

namespace Actant.Tests;

/// <summary>A failure that somebody else has written reads the same before and after it was stored, and is of a bounded size.</summary>
[Trait("Row", "X6")]
public sealed class FailureTests
{
    public static TheoryData<string, string> Texts { get; } = new()
    {
        { "half \ud800 a pair \udc00", "half \ufffd a pair \ufffd" },
        { "a whole one 😀", "a whole one 😀" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Message_OfAnybody_IsAsItWillBeReadAgain(string said, string kept)
    {
        var failure = new Failure { Code = said, Message = said };

        Assert.Equal((kept, kept), (failure.Code, failure.Message));
        Assert.Equal(failure, JsonSerializer.Deserialize<Failure>(JsonSerializer.Serialize(failure)));
    }

    [Fact]
    public void Message_TooLong_IsCutBetweenCharacters()
    {
        var failure = new Failure { Code = new string('c', 5000), Message = new string('m', Failure.LongestMessage - 2) + "😀😀" };

        Assert.Equal(Failure.LongestCode, failure.Code.Length);
        Assert.Equal(new string('m', Failure.LongestMessage - 2) + "…", failure.Message);
        Assert.Equal(failure, failure with { Message = failure.Message, Code = failure.Code });
    }
}
