using System.Text;
using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task ListOwners_TenantsWithRecordsOfAKind_AreThereOnceAndInOrder()
    {
        await using var f = await FixtureAsync();
        foreach (var (tenant, kind) in new[] { ("b", "odd"), ("a", "odd"), ("B", "odd"), ("c", "other"), ("gone", "odd") })
        {
            foreach (var id in new[] { "1", "2" })
            {
                await f.Store.For(new TenantId(tenant)).Records.WriteAsync(new RecordWrite { Kind = kind, Id = id, Name = id, ExpectedVersion = 0, Body = new byte[1] }, default);
            }
        }

        await f.Store.For(new TenantId("gone")).Records.DeleteAsync("odd", "1", null, default);
        await f.Store.For(new TenantId("gone")).Records.DeleteAsync("odd", "2", null, default);

        Assert.Equal(["B", "a", "b"], (await f.Store.ListOwnersAsync("odd", null, 10, default)).Select(static tenant => tenant.Value));
        Assert.Equal(["B", "a"], (await f.Store.ListOwnersAsync("odd", null, 2, default)).Select(static tenant => tenant.Value));
        Assert.Equal(["b"], (await f.Store.ListOwnersAsync("odd", new TenantId("a"), 10, default)).Select(static tenant => tenant.Value));
    }

    [Fact]
    public async Task Record_Written_IsReadByIdNameAndVersion()
    {
        await using var f = await FixtureAsync();
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 1), await WriteAsync(f, "1", "one", 0, "first"));
        f.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 2), await WriteAsync(f, "1", "uno", 1, "second"));

        var newest = await f.Tenant.Records.ReadAsync("thing", "1", null, default);
        Assert.Equal(("1", "uno", 2L, "second"), (newest!.Id, newest.Name, newest.Version, Text(newest)));
        Assert.Equal(TimeSpan.FromSeconds(5), newest.WrittenAt - newest.CreatedAt);
        var first = await f.Tenant.Records.ReadAsync("thing", "1", 1, default);
        Assert.Equal(("one", "first"), (first!.Name, Text(first)));
        Assert.Equal(2, (await f.Tenant.Records.FindAsync("thing", "uno", default))!.Version);
        Assert.Null(await f.Tenant.Records.FindAsync("thing", "one", default));
        Assert.Null(await f.Tenant.Records.ReadAsync("thing", "1", 3, default));
        Assert.Null(await f.Tenant.Records.ReadAsync("other", "1", null, default));
        Assert.Null(await f.Store.For(new TenantId("other")).Records.ReadAsync("thing", "1", null, default));
    }

    [Fact]
    public async Task Record_WrittenTwiceOrLate_IsRecognisedOrConflicts()
    {
        await using var f = await FixtureAsync();
        await WriteAsync(f, "1", "one", 0, "first");
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 1), await WriteAsync(f, "1", "one", 0, "first"));
        Assert.Equal(new RecordResult(RecordOutcome.Conflict, 1), await WriteAsync(f, "1", "one", 0, "another"));
        Assert.Equal(new RecordResult(RecordOutcome.Conflict, 1), await WriteAsync(f, "1", "one", 2, "third"));
        Assert.Equal(new RecordResult(RecordOutcome.NameTaken, 0), await WriteAsync(f, "2", "one", 0, "twin"));
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 1), await WriteAsync(f, "1", "one", 0, "a", kind: "other"));
        Assert.Equal("first", Text((await f.Tenant.Records.ReadAsync("thing", "1", null, default))!));

        var racing = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => await WriteAsync(f, "1", "one", 1, $"body {i}")));
        Assert.Single(racing, result => result.Outcome == RecordOutcome.Stored);
    }

    [Fact]
    public async Task Record_Deleted_FreesIdAndName()
    {
        await using var f = await FixtureAsync();
        await WriteAsync(f, "1", "one", 0, "first");
        await WriteAsync(f, "1", "one", 1, "second");

        Assert.Equal(new RecordResult(RecordOutcome.Conflict, 2), await f.Tenant.Records.DeleteAsync("thing", "1", 1, default));
        Assert.Equal(RecordOutcome.Stored, (await f.Tenant.Records.DeleteAsync("thing", "1", 2, default)).Outcome);
        Assert.Equal(RecordOutcome.NotFound, (await f.Tenant.Records.DeleteAsync("thing", "1", null, default)).Outcome);
        Assert.Null(await f.Tenant.Records.ReadAsync("thing", "1", 1, default));
        Assert.Equal(new RecordResult(RecordOutcome.Stored, 1), await WriteAsync(f, "2", "one", 0, "again"));
    }

    [Fact]
    public async Task Records_ListedByPages_AreCompleteAndInOrder()
    {
        await using var f = await FixtureAsync();
        for (var i = 0; i < 7; i++)
        {
            await WriteAsync(f, $"{i}", $"name {i}", 0, "x");
            f.Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }

        for (var version = 1; version < 5; version++)
        {
            await WriteAsync(f, "3", "name 3", version, $"version {version + 1}");
        }

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], await IdsAsync(cursor => f.Tenant.Records.ListAsync("thing", cursor, 3, default), record => record.Id));
        Assert.Equal(["5", "4", "3", "2", "1"], await IdsAsync(cursor => f.Tenant.Records.ListVersionsAsync("thing", "3", cursor, 2, default), record => $"{record.Version}"));
        Assert.Empty((await f.Tenant.Records.ListAsync("nothing", null, 10, default)).Items);
        await Assert.ThrowsAsync<ArgumentException>(async () => await f.Tenant.Records.ListAsync("thing", "nonsense", 10, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await WriteAsync(f, "a\0", "n", 0, "x"));
    }

    [Fact]
    public async Task Summaries_Listed_AreThoseOfTheNewestVersionsAndGoWithThem()
    {
        await using var f = await FixtureAsync();
        var records = f.Tenant.Records;
        foreach (var id in new[] { "1", "2", "3" })
        {
            await records.WriteAsync(Summed(id, $"name {id}", 0, $"summary {id}"), default);
            f.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await records.WriteAsync(Summed("2", "changed", 1, "another"), default);
        await records.WriteAsync(Summed("3", "name 3", 1, null), default);

        var all = await IdsAsync(cursor => records.ListSummariesAsync("thing", cursor, 2, default), summary => $"{summary.Id} {summary.Name} {summary.Version} {Shown(summary)}");
        Assert.Equal(["3 name 3 2 none", "2 changed 2 another", "1 name 1 1 summary 1"], all);
        Assert.Equal(["2 another", "1 summary 2"], await IdsAsync(cursor => records.ListVersionsAsync("thing", "2", cursor, 1, default), summary => $"{summary.Version} {Shown(summary)}"));

        var (first, stored) = ((await records.ListSummariesAsync("thing", null, 3, default)).Items, await records.ReadAsync("thing", "2", null, default));
        Assert.Equal((stored!.CreatedAt, stored.WrittenAt), (first[1].CreatedAt, first[1].WrittenAt));
        Assert.Equal(["1"], (await records.ListSummariesAsync("thing", first[1].Place.ToString(), 3, default)).Items.Select(static summary => summary.Id));

        await records.DeleteAsync("thing", "2", null, default);
        await records.WriteAsync(Summed("2", "again", 0, "new"), default);
        Assert.Equal(["1 new"], await IdsAsync(cursor => records.ListVersionsAsync("thing", "2", cursor, 5, default), summary => $"{summary.Version} {Shown(summary)}"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await records.WriteAsync(Summed("4", "x", 0, new string('x', StorageLimits.MaxSummaryBytes + 1)), default));
    }

    private static RecordWrite Summed(string id, string name, long expected, string? summary) => new()
    {
        Kind = "thing",
        Id = id,
        Name = name,
        ExpectedVersion = expected,
        Body = StoreFixture.Bytes($"{name} {summary}"),
        Summary = summary is null ? (ReadOnlyMemory<byte>?)null : StoreFixture.Bytes(summary),
    };

    private static string Shown(RecordSummary summary) => summary.Summary is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : "none";

    [Fact]
    public async Task Usage_Appended_IsSummedByDayOnce()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var lease = await f.StartAsync(session, "t");
        var append = f.Append(lease) with { Usage = [Used("m", 1, 0.1m), Used("n", 2, 0m)] };
        await f.StoreAsync(append);
        Assert.Equal(AppendOutcome.Replayed, (await f.AppendAsync(append)).Outcome);
        await f.StoreAsync(f.Append(lease, after: 1) with { Usage = [Used("m", 10, 0.0000000000000000000000000002m)] });
        await f.StoreAsync(f.Append(lease, after: 2) with { Usage = [Used("m", 100, 0m)] });
        var today = DateOnly.FromDateTime(f.Clock.GetUtcNow().UtcDateTime);

        var rows = await f.Tenant.ReadUsageAsync(today, today, default);

        Assert.Equal(
            [new DailyUsage(today, Used("m", 111, 0.1000000000000000000000000002m) with { Calls = 3 }), new DailyUsage(today, Used("n", 2, 0m))], rows);
        Assert.Empty(await f.Tenant.ReadUsageAsync(today.AddDays(1), today.AddDays(9), default));
        Assert.Empty(await f.Store.For(new TenantId("other")).ReadUsageAsync(today, today, default));
    }

    private static UsageAmount Used(string model, long tokens, decimal cost) => new()
    {
        Agent = "a",
        Provider = "p",
        Model = model,
        Calls = 1,
        InputTokens = tokens,
        CachedTokens = 2 * tokens,
        OutputTokens = 3 * tokens,
        ReasoningTokens = 4 * tokens,
        CostUsd = cost,
    };

    private static async Task<RecordResult> WriteAsync(StoreFixture f, string id, string name, long expected, string body, string kind = "thing") =>
        await f.Tenant.Records.WriteAsync(
            new RecordWrite { Kind = kind, Id = id, Name = name, ExpectedVersion = expected, Body = StoreFixture.Bytes(body) }, default);

    private static async Task<List<string>> IdsAsync<T>(Func<string?, ValueTask<Page<T>>> page, Func<T, string> idOf)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var next = await page(cursor);
            ids.AddRange(next.Items.Select(idOf));
            cursor = next.Cursor;
        }
        while (cursor is not null);
        return ids;
    }

    private static string Text(StoredRecord record) => Encoding.UTF8.GetString(record.Body.Span);
}
