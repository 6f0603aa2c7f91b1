using Actant.Graphs;
using Actant.Testing.Graphs;

namespace Actant.Tests.Graphs;

[Trait("Row", "A1")]
public sealed class GraphAnalysisTests
{
    [Theory]
    [InlineData("a, b, c; a -> b, b -> c, c ?> b", "$.nodes[1] cycle_without_limit")]
    [InlineData("a, b:3, c; a -> b, b -> c, c ?> c, c ?> b", "$.nodes[2] cycle_without_limit")]
    [InlineData("a; start -> a, a ?> a", "$.nodes[0] cycle_without_limit")]
    [InlineData("a, b:3, c:3; a -> b, a -> c, b -> c, c ?> b", "$.nodes[2] cycle_with_two_entries")]
    [InlineData("a, b:3, c:3; start -> b, start -> c, b -> c, c ?> b", "$.nodes[2] cycle_with_two_entries")]
    [InlineData("a:3, b:3, c:3, d; d -> a, a -> b, a -> c, b -> c, c -> b, b -> a", "$.nodes[2] cycle_with_two_entries")]
    [InlineData("a, b:3, c:3; b -> c, c -> b", "$.nodes[1] unreachable_cycle")]
    [InlineData("a:3, b; a -> b, b -> a", "$.edges no_entry, $.nodes[0] unreachable_cycle")]
    [InlineData("a, b, each:any, mixed; a -> each, b -> each, each -> mixed, a -> mixed", "$.nodes[3] join_all_mixed")]
    [InlineData("a, b, c:any, d:any, mixed; a -> c, b -> c, a -> d, b -> d, c -> mixed, d -> mixed", "$.nodes[4] join_all_mixed")]
    [InlineData("a, b, each:any, mixed; a -> each, b -> each, each -> mixed, start -> mixed, start -> a, start -> b", "$.nodes[3] join_all_mixed")]
    public void Check_WrongStructure_NamesCodeAndPath(string graph, string problems)
    {
        Assert.Equal(problems, string.Join(", ", GraphAnalysis.Check(GraphText.Parse(graph)).Select(problem => $"{problem.Path} {problem.Code}")));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a, b; a -> b, a !> b")]
    [InlineData("a, b:2, c; a -> b, b -> c, c ?> b")]
    [InlineData("a, b, each:any, last:any; a -> each, b -> each, each -> last, a -> last")]
    [InlineData("h:2, a, b, each:any, join, c; start -> h, h -> a, h -> b, a -> each, b -> each, each ?> h, each -> join, start -> c, c -> join")]
    public void Check_RightStructure_FindsNothing(string graph)
    {
        Assert.Empty(GraphAnalysis.Check(GraphText.Parse(graph)));
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    [InlineData(4000, 1)]
    public void Check_NestedCycles_HaveABound(int depth, int problems)
    {
        var nodes = Enumerable.Range(0, depth).Select(n => $"n{n}:2");
        var edges = Enumerable.Range(0, depth).Select(n => $"{(n == 0 ? "start" : $"n{n - 1}")} -> n{n}, n{depth - 1} ?> n{n}");

        var found = GraphAnalysis.Check(GraphText.Parse($"{string.Join(',', nodes)}; {string.Join(',', edges)}"));

        Assert.Equal(Enumerable.Repeat("$.nodes[64] cycle_too_deep", problems), found.Select(problem => $"{problem.Path} {problem.Code}"));
    }

    [Fact]
    public void Compile_WrongStructure_ThrowsWithEveryProblem()
    {
        var definition = GraphText.Parse("a, b, c, d; a -> b, b ?> b, a -> c, c -> d, d ?> c");

        var exception = Assert.Throws<ArgumentException>(() => Graph.Compile(definition));

        Assert.Contains("$.nodes[1]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("$.nodes[2]", exception.Message, StringComparison.Ordinal);
    }
}
