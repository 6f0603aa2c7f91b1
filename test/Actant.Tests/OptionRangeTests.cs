using System.Text.Json;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Tools;

namespace Actant.Tests;

public sealed class OptionRangeTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.5)]
    [InlineData(double.PositiveInfinity)]
    public void Check_OutOfTheRange_NamesTheOptionTheValueAndWhatIsAllowed(double value)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => OptionRange.Check(value, 0.0, 2.0, "Heat"));

        Assert.StartsWith($"Heat is {value}, and must be from 0 to 2.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("Heat", refusal.ParamName);
    }

    [Fact]
    public void Check_AtTheEnds_IsTaken() => Assert.Equal((0.0, 2.0, null), (OptionRange.Check(0.0, 0, 2), OptionRange.Check(2.0, 0, 2), OptionRange.Check<int>(null, 1, 2)));

    [Fact]
    public async Task Engine_OptionsThatContradictEachOther_AreRefused()
    {
        await using var store = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        var options = new EngineOptions { Deliveries = { FirstWait = TimeSpan.FromHours(2) } };

        var refusal = Assert.Throws<ArgumentException>(() => new ActantEngine(store, new ToolRegistry([]), new ModelProviders([]), options));

        Assert.StartsWith("Deliveries.FirstWait is 02:00:00, and must not be more than Deliveries.LongestWait, which is 01:00:00.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Registry_ToolWhoseLimitsMeanNothing_IsRefusedWithItsName()
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => new ToolRegistry([new Hasty()]));

        Assert.StartsWith("hasty: Timeout is 00:00:00, and must be from", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Hasty : Tool
    {
        public override string Name => "hasty";

        public override string Description => "Has no time.";

        public override JsonElement Parameters => JsonElement.Parse("{}");

        public override ToolLimits Limits { get; } = new() { Timeout = TimeSpan.Zero };

        public override ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken) => new(ToolResult.Succeeded("done"));
    }
}
