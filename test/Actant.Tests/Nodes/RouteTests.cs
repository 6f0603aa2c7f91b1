using Actant.Testing.Executions;

namespace Actant.Tests.Nodes;

/// <summary>Where work goes when conditions fail: edges of type <c>else</c>, and cycles that end at their limit.</summary>
[Trait("Row", "A1")]
public sealed class RouteTests
{
    private const string Choice = """
        name: choice
        nodes:
          - {name: ask, type: transform, set: {a: input == 'a', b: input == 'b' || input == 'a'}}
          - {name: one, type: transform, set: {said: "string(state.said == null ? '' : state.said) + 'one'"}}
          - {name: two, type: transform, set: {said2: "'two'"}}
          - {name: other, type: transform, set: {said3: "'other'"}}
          - {name: always, type: transform, set: {said4: "'always'"}}
          - {name: tell, type: prompt, template: "{{ state.said }} {{ state.said2 }} {{ state.said3 }} {{ state.said4 }}", output: true, writes: told}
        edges:
          - {from: ask, to: other, type: else}
          - {from: ask, to: one, condition: state.a}
          - {from: ask, to: two, condition: state.b}
          - {from: ask, to: always}
          - {from: one, to: tell}
          - {from: two, to: tell}
          - {from: other, to: tell}
          - {from: always, to: tell}
        """;

    [Theory]
    [InlineData("a", "one two  always")]
    [InlineData("b", " two  always")]
    [InlineData("c", "  other always")]
    public async Task Else_OfAnyNode_IsTakenWhereNoConditionHeld(string input, string expected) =>
        Assert.Equal(expected, await OutputAsync(Choice, input));

    [Theory]
    [InlineData("leave", "Tries: 3")]
    [InlineData("fail", "cycle_limit")]
    public async Task Limit_OfACycleThatWantsToGoOn_LeavesOrFails(string onLimit, string expected) => Assert.Equal(expected, await OutputAsync($$$"""
        name: loop
        state: {n: {default: 0}}
        nodes:
          - {name: try, type: transform, set: {n: state.n + 1}, max_iterations: 3, on_limit: {{{onLimit}}}}
          - {name: review, type: transform, set: {seen: state.n}}
          - {name: done, type: prompt, template: "Tries: {{ state.n }}", writes: told}
        edges:
          - {from: start, to: try}
          - {from: try, to: review}
          - {from: review, to: try, condition: state.n < 100}
          - {from: review, to: done, type: else}
        """, "go"));

    [Fact]
    public async Task Limit_ThatLeaves_DoesNotEndACycleThatEndsByItself() => Assert.Equal("Tries: 2", await OutputAsync("""
        name: loop
        state: {n: {default: 0}}
        nodes:
          - {name: try, type: transform, set: {n: state.n + 1}, max_iterations: 3, on_limit: leave}
          - {name: done, type: prompt, template: "Tries: {{ state.n }}", writes: told}
        edges:
          - {from: start, to: try}
          - {from: try, to: try, condition: state.n < 2}
          - {from: try, to: done, condition: state.n >= 2}
        """, "go"));

    [Fact]
    public async Task Limit_OfARouterThatGoesBack_TakesOneWayOut() => Assert.Equal("gave up", await OutputAsync("""
        name: loop
        state: {n: {default: 0}}
        nodes:
          - {name: try, type: transform, set: {n: state.n + 1}, max_iterations: 2, on_limit: leave}
          - {name: judge, type: router}
          - {name: good, type: prompt, template: "good", writes: told}
          - {name: bad, type: prompt, template: "gave up", writes: told}
        edges:
          - {from: start, to: try}
          - {from: try, to: judge}
          - {from: judge, to: good, condition: state.n > 50}
          - {from: judge, to: try, condition: state.n < 50}
          - {from: judge, to: bad, type: else}
        """, "go"));

    [Fact]
    public async Task Limit_OfAnInnerCycle_LeavesThatOneAlone() => Assert.Equal("4 inner, 2 outer", await OutputAsync("""
        name: loops
        state: {i: {default: 0}, o: {default: 0}}
        nodes:
          - {name: outer, type: transform, set: {o: state.o + 1}, max_iterations: 2, on_limit: leave}
          - {name: inner, type: transform, set: {i: state.i + 1}, max_iterations: 2, on_limit: leave}
          - {name: after, type: transform, set: {x: "1"}}
          - {name: done, type: prompt, template: "{{ state.i }} inner, {{ state.o }} outer", writes: told}
        edges:
          - {from: start, to: outer}
          - {from: outer, to: inner}
          - {from: inner, to: inner, condition: "true"}
          - {from: inner, to: after, type: else}
          - {from: after, to: outer, condition: "true"}
          - {from: after, to: done, type: else}
        """, "go"));

    private static async Task<string?> OutputAsync(string definition, string input)
    {
        await using var harness = await EngineHarness.StartAsync();
        var result = await harness.WaitAsync((await harness.SubmitAsync(definition, input)).Id);
        return result.Record.Failure?.Code ?? result.Output.GetString();
    }
}
