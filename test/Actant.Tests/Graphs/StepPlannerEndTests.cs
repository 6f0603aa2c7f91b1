using Actant.Graphs;
using Actant.Testing.Graphs;

namespace Actant.Tests.Graphs;

[Trait("Row", "A1")]
public sealed class StepPlannerEndTests
{
    [Fact]
    public void Begin_NoStartEdges_StartsNodesWithoutIncomingEdges()
    {
        Assert.Equal("a b", new PlannedRun("a, b, c; a -> c, b -> c").Begun);
    }

    [Fact]
    public void Begin_StartEdges_StartOnlyTheirTargets()
    {
        Assert.Equal("b", new PlannedRun("a, b, c; start -> b, a -> c, b -> c").Begun);
    }

    [Fact]
    public void Begin_NodeThatNothingLeadsTo_IsSkippedSoThatJoinsDoNotHang()
    {
        var run = new PlannedRun("a, b, c; start -> b, a -> c, b -> c");

        Assert.Equal("c", run.Finish("b"));
    }

    [Fact]
    public void Begin_SpecialistThatIsOnlyCalled_HasNoActivation()
    {
        Assert.Equal("chief", new PlannedRun("chief, expert; chief => expert").Begun);
    }

    [Fact]
    public void End_Success_SettlesErrorEdgesDead()
    {
        var run = new PlannedRun("a:Fallback, mend, after; a -> after, a !> mend, mend -> after");

        Assert.Equal("after", run.Finish("a"));
    }

    [Fact]
    public void End_Fallback_TakesErrorEdgesOnly()
    {
        var run = new PlannedRun("a:Fallback, mend, good, after; a -> good, good -> after, a !> mend, mend -> after");

        Assert.Equal("mend", run.Fail("a"));
        Assert.Equal("after", run.Finish("mend"));
    }

    [Fact]
    public void End_FallbackWithoutErrorEdge_Stalls()
    {
        var run = new PlannedRun("a:Fallback, b; a -> b");

        Assert.Equal("", run.Fail("a"));
        Assert.True(run.Planner.IsOver);
        Assert.False(run.Planner.HasOutput);
    }

    [Fact]
    public void End_OutputFailedWithFallback_IsNoOutput()
    {
        var run = new PlannedRun("a:Fallback, mend; a !> mend, mend -> end");

        run.Fail("a");
        Assert.False(run.Planner.HasOutput);
        run.Finish("mend");
        Assert.True(run.Planner.HasOutput);
    }

    [Fact]
    public void End_OnlyErrorEdgesLeaveANode_ItIsAnOutput()
    {
        var run = new PlannedRun("a:Fallback, mend; a !> mend");

        Assert.Equal("", run.Finish("a"));
        Assert.True(run.Planner.HasOutput);
    }

    [Fact]
    public void End_MarkedOutput_IsTheOnlyOne()
    {
        var run = new PlannedRun("a:out, b; a ?> b");

        Assert.Equal("b", run.Finish("a"));
        Assert.True(run.Planner.HasOutput);
        Assert.False(run.Planner.IsOver);

        var other = new PlannedRun("a, b:out, c; a ?> b, a ?> c");
        other.Finish("a", takes: "c");
        other.Finish("c");
        Assert.True(other.Planner.IsOver);
        Assert.False(other.Planner.HasOutput);
    }

    [Fact]
    public void End_EdgeToEnd_MakesItsSourceAnOutput()
    {
        var run = new PlannedRun("a, b; a ?> b, a ?> end");

        run.Finish("a", takes: "");
        Assert.True(run.Planner.IsOver);
        Assert.True(run.Planner.HasOutput);
    }

    [Fact]
    public void End_NotRunning_Throws()
    {
        var run = new PlannedRun("a, b; a -> b");
        run.Finish("a");

        Assert.Throws<InvalidOperationException>(() => run.Finish("a"));
    }

    [Fact]
    public void Parse_NotAnActivation_Throws()
    {
        var graph = Graph.Compile(GraphText.Parse("a"));

        Assert.Equal("a", Activation.Parse(graph, "a").Name);
        Assert.Throws<FormatException>(() => Activation.Parse(graph, "b"));
        Assert.Throws<FormatException>(() => Activation.Parse(graph, "a#x"));
        Assert.Throws<FormatException>(() => Activation.Parse(graph, "a#99999999999"));
    }
}
