using Actant.Events;

namespace Actant.Tests.Executions;

[Trait("Row", "I10")]
public sealed class EventIdTests
{
    [Theory]
    [InlineData("42", "42-0")]
    [InlineData("42-0", "42-0")]
    [InlineData("42-317", "42-317")]
    [InlineData("42-317~", "42-317~")]
    [InlineData("42-0~", "42-0")]
    public void TryParse_Text_IsWrittenAsItWas(string text, string written)
    {
        Assert.True(EventId.TryParse(text, out var id));
        Assert.Equal(written, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("-1")]
    [InlineData("42~-1")]
    [InlineData("42-1~~")]
    [InlineData("42-99999999999")]
    [InlineData("9223372036854775807-0")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(EventId.TryParse(text, out _));

    [Fact]
    public void CompareTo_MarkedAndNot_AreTheSamePlace()
    {
        var place = new EventId(4, 2);
        var marked = place with { IsPartial = true };

        Assert.True(marked <= place && marked >= place);
        Assert.True(marked < new EventId(4, 3) && marked > new EventId(4, 1));
    }
}
