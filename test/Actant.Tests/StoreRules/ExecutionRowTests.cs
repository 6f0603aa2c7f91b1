namespace Actant.Tests.StoreRules;

public sealed class ExecutionRowTests
{
    [Fact]
    public void Changed_Interrupted_HasStartedAndNotEnded()
    {
        var record = Rows.Row(1, ExecutionStatus.Pending).Changed(Rows.Change(1, ExecutionStatus.Interrupted) with { Tokens = 5 }, 9, Rows.Now);

        Assert.Equal((ExecutionStatus.Interrupted, Rows.Now, null, null, 5L), (record.Status, record.StartedAt, record.EndedAt, record.EndPosition, record.Tokens));
    }

    [Fact]
    public void Changed_EndOfWhatNeverBegan_HasNoStart()
    {
        var execution = Rows.Row(1, ExecutionStatus.Pending);
        var change = Rows.Change(1, ExecutionStatus.Cancelled);

        var record = execution.Changed(change, 9, Rows.Now);

        Assert.Equal((null, Rows.Now, 9L), (record.StartedAt, record.EndedAt, record.EndPosition));
        Assert.True(execution.LeavesInput(change));
    }

    [Fact]
    public void Changed_FieldsThatAreNotNamed_Stay()
    {
        var execution = Rows.Row(1);
        execution.Record = execution.Record with { StartedAt = Rows.Now, StartPosition = 2, Tokens = 7, CostUsd = 0.5m };

        var record = execution.Changed(Rows.Change(1, ExecutionStatus.Running), 9, Rows.Now.AddSeconds(1));

        Assert.Equal(execution.Record, record);
        Assert.False(execution.LeavesInput(Rows.Change(1, ExecutionStatus.Completed)));
    }

    [Fact]
    public void Begun_Interrupted_RunsSinceItsFirstStart()
    {
        var execution = Rows.Row(1, ExecutionStatus.Interrupted);
        execution.Record = execution.Record with { StartedAt = Rows.Now };

        var record = execution.Begun(Rows.Now.AddSeconds(1));

        Assert.Equal((ExecutionStatus.Running, Rows.Now), (record.Status, record.StartedAt));
    }

    [Fact]
    public void Begun_Running_IsTheSameRecord()
    {
        var execution = Rows.Row(1);

        Assert.Same(execution.Record, execution.Begun(Rows.Now));
    }
}
