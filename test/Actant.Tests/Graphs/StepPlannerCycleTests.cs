namespace Actant.Tests.Graphs;

[Trait("Row", "A1")]
public sealed class StepPlannerCycleTests
{
    private const string Review = "plan, write:3, review, publish; plan -> write, write -> review, review ?> write, review ?> publish";

    [Fact]
    public void End_BackEdgeLive_StartsTheNextIteration()
    {
        var run = new PlannedRun(Review);

        Assert.Equal("write#1", run.Finish("plan"));
        Assert.Equal("review#1", run.Finish("write#1"));
        Assert.Equal("write#2", run.Finish("review#1", takes: "write"));
        Assert.Equal("review#2", run.Finish("write#2"));
        Assert.Equal("publish", run.Finish("review#2", takes: "publish"));
    }

    [Fact]
    public void End_ExitTakenInAnEarlierIteration_IsLiveOnceWhenTheCycleHasEnded()
    {
        var run = new PlannedRun(Review);
        run.Finish("plan");
        run.Finish("write#1");

        Assert.Equal("write#2", run.Finish("review#1", takes: "write publish"));
        run.Finish("write#2");
        Assert.Equal("publish", run.Finish("review#2", takes: ""));
    }

    [Fact]
    public void End_NeitherBackNorExitLive_SkipsWhatFollows()
    {
        var run = new PlannedRun(Review);
        run.Finish("plan");
        run.Finish("write#1");

        Assert.Equal("", run.Finish("review#1", takes: ""));
        Assert.True(run.Planner.IsOver);
        Assert.False(run.Planner.HasOutput);
    }

    [Fact]
    public void End_TwoBackEdges_CountAsOneWhenNothingOfTheIterationRuns()
    {
        var run = new PlannedRun("head:3, left, right, after; start -> head, head -> left, head -> right, left ?> head, right ?> head, right -> after");

        run.Finish("head#1");
        Assert.Equal("", run.Finish("left#1"));
        Assert.Equal("head#2", run.Finish("right#1"));
        run.Finish("head#2");
        Assert.Equal("", run.Finish("right#2", takes: "after"));
        Assert.Equal("after", run.Finish("left#2", takes: ""));
    }

    [Fact]
    public void End_SideNodeWithoutWayBack_LiesOutsideAndRunsOnceAfterTheCycle()
    {
        var run = new PlannedRun("head:3, body, log; start -> head, head -> body, head -> log, body ?> head");

        Assert.Equal("body#1", run.Finish("head#1"));
        Assert.Equal("head#2", run.Finish("body#1"));
        run.Finish("head#2");
        Assert.Equal("log", run.Finish("body#2", takes: ""));
    }

    [Fact]
    public void End_SkippedInsideTheIteration_DoesNotHoldItUp()
    {
        var run = new PlannedRun("head:2, side, far, body; start -> head, head ?> side, side -> far, far ?> body, head -> body, body ?> head");

        Assert.Equal("body#1", run.Finish("head#1", takes: "body"));
        Assert.Equal("head#2", run.Finish("body#1"));
        Assert.Equal("side#2", run.Finish("head#2"));
    }

    [Fact]
    public void End_HeadSkipped_EndsTheCycleWithDeadExits()
    {
        var run = new PlannedRun("a, head:3, body, other, join; a ?> head, head -> body, body ?> head, body -> join, a -> other, other -> join");

        Assert.Equal("other", run.Finish("a", takes: "other"));
        Assert.Equal("join", run.Finish("other"));
    }

    [Fact]
    public void End_LimitReachedAndBackEdgeLive_FailsWithCycleLimit()
    {
        var run = new PlannedRun(Review);
        run.Finish("plan");
        for (var iteration = 1; iteration <= 3; iteration++)
        {
            run.Finish($"write#{iteration}");
            run.Finish($"review#{iteration}", takes: "write publish");
        }

        Assert.Equal("cycle_limit", run.Planner.Failure?.Code);
        Assert.Equal("write", run.Planner.Failure?.Where);
        Assert.True(run.Planner.IsOver);
    }

    [Fact]
    public void End_LimitReachedAndBackEdgeDead_GoesOn()
    {
        var run = new PlannedRun("once:1, after; start -> once, once ?> once, once -> after");

        Assert.Equal("once#1", run.Begun);
        Assert.Equal("after", run.Finish("once#1", takes: "after"));
        Assert.Null(run.Planner.Failure);
    }

    [Fact]
    public void End_NestedCycle_CountsAnewInEachOuterIteration()
    {
        var run = new PlannedRun("outer:2, inner:2, check, done; start -> outer, outer -> inner, inner ?> inner, inner -> check, check ?> outer, check ?> done");

        Assert.Equal("inner#1.1", run.Finish("outer#1"));
        Assert.Equal("inner#1.2", run.Finish("inner#1.1"));
        Assert.Equal("check#1", run.Finish("inner#1.2", takes: "check"));
        Assert.Equal("outer#2", run.Finish("check#1", takes: "outer"));
        Assert.Equal("inner#2.1", run.Finish("outer#2"));
        Assert.Equal("check#2", run.Finish("inner#2.1", takes: "check"));
        Assert.Equal("done", run.Finish("check#2", takes: "done"));
    }

    [Fact]
    public void End_EdgeOutOfTwoCycles_WaitsForTheOuterOne()
    {
        var run = new PlannedRun("outer:3, inner:3, check, out; start -> outer, outer -> inner, inner ?> inner, inner -> check, check ?> outer, inner ?> out");

        run.Finish("outer#1");
        Assert.Equal("check#1", run.Finish("inner#1.1", takes: "check out"));
        Assert.Equal("outer#2", run.Finish("check#1"));
        run.Finish("outer#2");
        run.Finish("inner#2.1", takes: "check");
        Assert.Equal("out", run.Finish("check#2", takes: ""));
    }

    [Fact]
    public void End_JoinAnyInsideCycle_NumbersArrivalsAnewInEachIteration()
    {
        var run = new PlannedRun("head:2, a, b, each:any, after; start -> head, head -> a, head -> b, a -> each, b -> each, each ?> head, each -> after");

        run.Finish("head#1");
        Assert.Equal("each#1.1", run.Finish("b#1"));
        Assert.Equal("each#1.2", run.Finish("a#1"));
        Assert.Equal("", run.Finish("each#1.1", takes: "head"));
        Assert.Equal("head#2", run.Finish("each#1.2", takes: "after"));
        run.Finish("head#2");
        run.Finish("a#2");
        run.Finish("b#2");
        run.Finish("each#2.1", takes: "");
        Assert.Equal("after", run.Finish("each#2.2", takes: ""));
    }

    [Fact]
    public void End_JoinAnyHead_RunsTheCycleOncePerArrival()
    {
        var run = new PlannedRun("a, b, head:2:any; a -> head, b -> head, head ?> head");

        Assert.Equal("head#1.1", run.Finish("a"));
        Assert.Equal("head#2.1", run.Finish("b"));
        Assert.Equal("head#1.2", run.Finish("head#1.1"));
        Assert.Equal("", run.Finish("head#2.1", takes: ""));
    }

    [Fact]
    public void End_ManyExitsOfOneCycleToJoinAny_ArriveInTheDefinitionsOrder()
    {
        var run = new PlannedRun("head:2, body, each:any; start -> head, head -> body, body ?> head, body ?> each, head -> each");

        run.Finish("head#1");
        Assert.Equal("head#2", run.Finish("body#1", takes: "head each"));
        run.Finish("head#2");
        Assert.Equal("each#1 each#2", run.Finish("body#2", takes: ""));
    }
}
