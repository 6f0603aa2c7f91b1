using System.Text.Json;
using Actant.Definitions;
using Actant.Loops;
using Actant.Testing.Executions;
using Actant.Tests.Executions;

namespace Actant.Tests.Nodes;

/// <summary>Values of users that are too large for what would be done with them have codes of their own.</summary>
[Trait("Row", "X6")]
[Collection(CostCollection.Name)]
public sealed class ValueBoundsTests
{
    private const string Sum = """
        name: sum
        state: {n: {reducer: add, default: 0}}
        nodes:
          - {name: a, type: transform, set: {n: "input.start"}}
          - {name: b, type: transform, set: {n: "input.add"}}
        edges: [{from: a, to: b}]
        """;

    [Theory]
    [InlineData("79228162514264337593543950335", "1")]
    [InlineData("-79228162514264337593543950335", "-1")]
    [InlineData("1e308", "1e308")]
    [InlineData("1e400", "1")]
    public async Task Add_SumThatIsNoNumberAnyMore_FailsTheNode(string start, string add)
    {
        await using var harness = await EngineHarness.StartAsync();

        var ended = await RunAsync(harness, Sum, $$"""{"start": {{start}}, "add": {{add}}}""");

        Assert.Equal((ExecutionStatus.Failed, "number_overflow"), (ended.Record.Status, ended.Record.Failure?.Code));
    }

    [Theory]
    [InlineData("9007199254740993", "1", "9007199254740994")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("1e300", "1e300", "2E+300")]
    public async Task Add_SumThatIsKept_IsAsExactAsItCanBe(string start, string add, string sum)
    {
        await using var harness = await EngineHarness.StartAsync();

        var ended = await RunAsync(harness, Sum, $$"""{"start": {{start}}, "add": {{add}}}""");

        Assert.Equal((ExecutionStatus.Completed, sum), (ended.Record.Status, ended.Response));
    }

    [Fact]
    public async Task Add_OverflowInTheInput_FailsTheExecution()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string agent = """
            name: sum
            state: {n: {reducer: add, default: 79228162514264337593543950335}}
            nodes: [{name: a, type: prompt, template: x}]
            """;

        await RunAsync(harness, agent, """{"x": 1}""", "t");
        var ended = await RunAsync(harness, agent, """{"n": 1}""", "t");

        Assert.Equal("number_overflow", ended.Record.Failure?.Code);
    }

    [Theory]
    [InlineData("""{"errors": 5}""")]
    [InlineData("""{"errors": {"a": 1, "a": 2}}""")]
    [InlineData("""{"m": {"a": 1, "a": 2}}""")]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"": 1, "\u0000": 2}""")]
    [InlineData("""{"n": 1e999, "l": 7, "m": []}""")]
    [InlineData("\"a\\u0000b\"")]
    public async Task Input_OfOddValues_EndsAsItReads(string input)
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.ThreadCacheBytes = 0);

        var ended = await RunAsync(
            harness,
            """
            name: odd
            state: {m: {reducer: merge}, l: {reducer: append}}
            nodes:
              - {name: bad, type: transform, set: {x: "1 / 0"}, on_error: continue}
              - {name: merge, type: transform, set: {m: "{'b': 1}", l: "[state.n]"}}
              - {name: say, type: prompt, template: "{{ state.a }} {{ input }}"}
            edges: [{from: bad, to: merge}, {from: merge, to: say}]
            """,
            input);

        Assert.Equal((ExecutionStatus.Completed, null), (ended.Record.Status, ended.Record.Failure?.Code));
        Assert.Equal(ended.Response, (await harness.Client.GetAsync(ended.Record.Id, TestContext.Current.CancellationToken))!.Response);
    }

    /// <summary>A list that names a large value many times costs nothing until it is written; and it is not written beyond the bound.</summary>
    [Theory]
    [InlineData("{name: a, type: transform, set: {x: \"EXPRESSION\"}}")]
    [InlineData("{name: a, type: transform, set: {x: \"[state, state]\", y: \"EXPRESSION\"}}")]
    [InlineData("{name: a, type: graph, input: {x: \"EXPRESSION\"}, graph: {nodes: [{name: b, type: prompt, template: x}]}}")]
    public async Task Expression_ThatNamesALargeValueOften_FailsBeforeItIsBuilt(string node)
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.Watch = null);
        var expression = $"[{string.Join(',', Enumerable.Repeat("input.s", 800))}]";
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var ended = await RunAsync(
            harness, $"name: many\nnodes:\n  - {node.Replace("EXPRESSION", expression, StringComparison.Ordinal)}\n", $$"""{"s": "{{new string('x', 1_000_000)}}"}""");

        Assert.Equal("value_too_large", ended.Record.Failure?.Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 300L << 20);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(400_000_000_000_000)]
    [InlineData(-5)]
    [InlineData(long.MinValue)]
    public void Wait_OddRetryAfter_IsATimeThatCanBeWaitedFor(long ms)
    {
        var wait = RetryWait.Of(new ErrorPolicy(), 1, new Failure { Code = "busy", Message = "later", RetryAfterMs = ms }, new Random(1));

        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromDays(366));
        Assert.Equal(ms > 0, wait == TimeSpan.FromDays(366));
    }

    [Fact]
    public void Wait_LongestBackoffThatADefinitionMayName_IsATimeThatCanBeWaitedFor()
    {
        var longest = TimeSpan.FromMilliseconds(DefinitionBounds.Milliseconds);

        var wait = RetryWait.Of(new ErrorPolicy { Backoff = longest, MaxBackoff = longest }, 20, new Failure { Code = "busy", Message = "later" }, new Random(1));

        Assert.InRange(wait, TimeSpan.Zero, longest);
    }

    private static async Task<ExecutionResult> RunAsync(EngineHarness harness, string agent, string input, string? thread = null) => await harness.WaitAsync((await harness.SubmitAsync(
        agent, null, request => request with { Input = JsonElement.Parse(input), Thread = thread })).Id);
}
