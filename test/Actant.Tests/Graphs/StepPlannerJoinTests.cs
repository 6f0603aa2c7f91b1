namespace Actant.Tests.Graphs;

[Trait("Row", "A1")]
public sealed class StepPlannerJoinTests
{
    [Fact]
    public void End_DiamondAfterCondition_JoinRunsOnceWithTheLiveSide()
    {
        var run = new PlannedRun("ask, yes, no, tell; ask ?> yes, ask ?> no, yes -> tell, no -> tell");

        Assert.Equal("ask", run.Begun);
        Assert.Equal("yes", run.Finish("ask", takes: "yes"));
        Assert.Equal("tell", run.Finish("yes"));
        Assert.Equal("", run.Finish("tell"));
        Assert.True(run.Planner.IsOver);
        Assert.True(run.Planner.HasOutput);
    }

    [Fact]
    public void End_JoinAll_WaitsForTheLastEdge()
    {
        var run = new PlannedRun("a, b, join; a -> join, b -> join");

        Assert.Equal("a b", run.Begun);
        Assert.Equal("", run.Finish("b"));
        Assert.Equal("join", run.Finish("a"));
    }

    [Fact]
    public void End_TwoEdgesFromOneNode_AreSettledEachByItself()
    {
        var run = new PlannedRun("a, all, any:any; a ?> all, a -> all, a -> any, a -> any");

        Assert.Equal("all any#1 any#2", run.Finish("a"));
    }

    [Fact]
    public void End_NoEdgeLive_SkipsAllThatFollowsAndStalls()
    {
        var run = new PlannedRun("a, b, c, d; a ?> b, b -> c, a ?> d, c -> d");

        Assert.Equal("", run.Finish("a", takes: ""));
        Assert.True(run.Planner.IsOver);
        Assert.False(run.Planner.HasOutput);
    }

    [Fact]
    public void End_SkippedSideOfLaterJoin_SettlesItsEdgeDead()
    {
        var run = new PlannedRun("a, b, c, d, join; a ?> b, b -> c, c -> join, a -> d, d -> join");

        Assert.Equal("d", run.Finish("a", takes: "d"));
        Assert.Equal("join", run.Finish("d"));
    }

    [Fact]
    public void End_NodeAlreadySettled_StartsWithoutWaitingForItsRound()
    {
        var run = new PlannedRun("a, b, c, d, e; a -> c, b -> d, c -> e");

        Assert.Equal("a b", run.Begun);
        Assert.Equal("c", run.Finish("a"));
        Assert.Equal("e", run.Finish("c"));
        Assert.Equal("d", run.Finish("b"));
    }

    [Fact]
    public void End_JoinAny_NumbersActivationsByArrival()
    {
        var run = new PlannedRun("a, b, c, each:any, then; a -> each, b -> each, c ?> each, each -> then");

        Assert.Equal("each#1", run.Finish("b"));
        Assert.Equal("", run.Finish("c", takes: ""));
        Assert.Equal("each#2", run.Finish("a"));
        Assert.Equal("then#2", run.Finish("each#2"));
        Assert.Equal("then#1", run.Finish("each#1"));
    }

    [Fact]
    public void End_JoinAnyWithAllEdgesDead_IsSkipped()
    {
        var run = new PlannedRun("a, b, each:any, then, last:any; a ?> each, b ?> each, each -> then, then -> last, b -> last");

        Assert.Equal("", run.Finish("a", takes: ""));
        Assert.Equal("last#1", run.Finish("b", takes: "last"));
        run.Finish("last#1");
        Assert.True(run.Planner.IsOver);
    }

    [Fact]
    public void End_JoinAnyWithOneEdge_IsNotNumbered()
    {
        var run = new PlannedRun("a, b:any; a -> b");

        Assert.Equal("b", run.Finish("a"));
    }

    [Fact]
    public void End_JoinAllInsideNumberedPart_JoinsWithinItsNumber()
    {
        var run = new PlannedRun("a, b, each:any, left, right, join; a -> each, b -> each, each -> left, each -> right, left -> join, right -> join");

        run.Finish("a");
        run.Finish("b");
        Assert.Equal("left#1 right#1", run.Finish("each#1"));
        Assert.Equal("left#2 right#2", run.Finish("each#2"));
        Assert.Equal("", run.Finish("left#1"));
        Assert.Equal("", run.Finish("right#2"));
        Assert.Equal("join#1", run.Finish("right#1"));
        Assert.Equal("join#2", run.Finish("left#2"));
    }

    [Fact]
    public void End_JoinAnyBehindNumberedPart_GetsAnArrivalFromEachNumber()
    {
        var run = new PlannedRun("news, mail, agenda, each:any, summary, report:any; news -> each, mail -> each, each -> summary, summary -> report, agenda -> report");

        Assert.Equal("each#1", run.Finish("mail"));
        Assert.Equal("each#2", run.Finish("news"));
        Assert.Equal("summary#2", run.Finish("each#2"));
        Assert.Equal("report#1", run.Finish("agenda"));
        Assert.Equal("report#2", run.Finish("summary#2"));
        Assert.Equal("summary#1", run.Finish("each#1"));
        Assert.Equal("report#3", run.Finish("summary#1"));
    }

    [Fact]
    public void End_JoinAnyFedOnlyFromOneNumberedPart_IsNumberedInsideIt()
    {
        var run = new PlannedRun("a, b, each:any, left, right, inner:any; a -> each, b -> each, each -> left, each -> right, left -> inner, right -> inner");

        run.Finish("a");
        run.Finish("b");
        run.Finish("each#2");
        Assert.Equal("inner#2.1", run.Finish("right#2"));
        Assert.Equal("inner#2.2", run.Finish("left#2"));
    }

    [Fact]
    public void End_ChainOfSkippedNodes_NeedsNoStack()
    {
        const int Length = 1000;
        var nodes = Enumerable.Range(0, Length).Select(n => $"n{n}");
        var edges = Enumerable.Range(1, Length - 1).Select(n => $"n{n - 1} -> n{n}");
        var run = new PlannedRun($"first, last, {string.Join(',', nodes)}; first ?> n0, {string.Join(',', edges)}, n{Length - 1} -> last, first -> last");

        Assert.Equal("last", OnSmallStack(() => run.Finish("first", takes: "last")));
    }

    [Fact]
    public void End_ChainOfSkippedNumberedParts_NeedsNoStack()
    {
        const int Length = 1000;
        var nodes = Enumerable.Range(0, Length).Select(n => $"n{n}:any");
        var edges = Enumerable.Range(0, Length).Select(n => $"first ?> n{n}, {(n == 0 ? "first" : $"n{n - 1}")} ?> n{n}");
        var run = new PlannedRun($"first, {string.Join(',', nodes)}; {string.Join(',', edges.Reverse())}");

        Assert.Equal("", OnSmallStack(() => run.Finish("first", takes: "")));
        Assert.True(run.Planner.IsOver);
    }

    private static string OnSmallStack(Func<string> action)
    {
        var result = "";
        var thread = new Thread(() => result = action(), maxStackSize: 128 * 1024);
        thread.Start();
        thread.Join();
        return result;
    }
}
