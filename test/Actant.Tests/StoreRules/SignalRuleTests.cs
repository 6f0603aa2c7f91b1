using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class SignalRuleTests
{
    [Fact]
    public void NewOnes_KnownAndRepeated_AreLeftOut()
    {
        Signal[] signals = [Signal("known"), Signal("b"), Signal("a"), Signal("b")];

        Assert.Equal(["b", "a"], SignalRule.NewOnes(signals, static signal => signal.Key == "known" ? true : null)?.Select(signal => signal.Key));
    }

    [Fact]
    public void NewOnes_KeyWithAnotherBody_IsAConflict()
    {
        Assert.Null(SignalRule.NewOnes([Signal("a"), Signal("b")], static signal => signal.Key == "b" ? false : null));
        Assert.Null(SignalRule.NewOnes([Signal("a"), Signal("a", "other")], static _ => null));
    }

    [Fact]
    public void Refuse_ExecutionsThatCannotHear()
    {
        Assert.Equal(SignalOutcome.NotFound, SignalRule.Refuse(Rows.Thread(), null));
        Assert.Equal(SignalOutcome.NotFound, SignalRule.Refuse(Rows.Thread(), Rows.Row(1, thread: 2)));
        Assert.Equal(SignalOutcome.ExecutionEnded, SignalRule.Refuse(Rows.Thread(), Rows.Row(1, ExecutionStatus.Failed)));
        Assert.Null(SignalRule.Refuse(Rows.Thread(), Rows.Row(1)));
    }

    [Theory]
    [InlineData(SignalKind.Cancel, 2L, 2L)]
    [InlineData(SignalKind.Cancel, null, 1L)]
    [InlineData(SignalKind.Stop, 2L, null)]
    public void Cancels_TheNamedOrTheCurrent(SignalKind kind, long? named, long? expected) =>
        Assert.Equal(expected, SignalRule.Cancels(Rows.Leased(), Signal("a") with { Kind = kind }, named));

    private static Signal Signal(string key, string body = "body") => new() { Kind = SignalKind.Cancel, Key = key, Body = Rows.Bytes(body) };
}
