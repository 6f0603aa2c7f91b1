using Actant.Storage;
using Actant.StoreRules;

namespace Actant.Tests.StoreRules;

public sealed class RecordRuleTests
{
    private static readonly RecordWrite s_write = new() { Kind = "agent", Id = "i", Name = "n", ExpectedVersion = 2, Body = Rows.Bytes("body") };

    [Theory]
    [InlineData(2, null)]
    [InlineData(1, RecordOutcome.Conflict)]
    [InlineData(3, RecordOutcome.Conflict)]
    public void Recognise_ByVersion(long newest, RecordOutcome? expected) => Assert.Equal(expected, RecordRule.Recognise(s_write, newest, null));

    [Theory]
    [InlineData("n", "body", 3, RecordOutcome.Stored)]
    [InlineData("m", "body", 3, RecordOutcome.Conflict)]
    [InlineData("n", "other", 3, RecordOutcome.Conflict)]
    [InlineData("n", "body", 2, null)]
    public void Recognise_TheSameStandsThere_IsStored(string name, string body, long newest, RecordOutcome? expected)
    {
        var standing = new StoredRecord { Id = "i", Name = name, Version = newest, Body = Rows.Bytes(body), CreatedAt = Rows.Now, WrittenAt = Rows.Now };

        Assert.Equal(newest == 3, RecordRule.MayStand(s_write, newest));
        Assert.Equal(expected, RecordRule.Recognise(s_write, newest, standing));
    }

    [Fact]
    public void Delete_ByVersion()
    {
        Assert.Equal(new RecordResult(RecordOutcome.NotFound, 0), RecordRule.Delete(null, 2));
        Assert.Equal(new RecordResult(RecordOutcome.Conflict, 3), RecordRule.Delete(3, 2));
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 0), RecordRule.Delete(3, 3));
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 0), RecordRule.Delete(3, null));
    }
}
