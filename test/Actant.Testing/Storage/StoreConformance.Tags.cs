using Actant.Storage;

namespace Actant.Testing.Storage;

public abstract partial class StoreConformance
{
    private static readonly ExecutionId s_root = new(new Guid("0199aaaa-0000-7000-8000-000000000001"));

    [Fact]
    public async Task Submit_WithTags_TheyComeBackAndFindIt()
    {
        await using var f = await FixtureAsync();
        var tags = new ExecutionTags
        {
            Labels = new Dictionary<string, string> { ["team"] = "blue", ["env"] = "prod=1" },
            Subject = "customer-7",
            Batch = "nightly",
            Parent = new ExecutionId(f.NextId()),
            Root = s_root,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ExpiresAt = f.Clock.GetUtcNow().AddDays(1),
            DeliverTo = [new DeliveryTarget { Url = "https://example.com/later", Events = ["failed"], Secrets = ["key"] }],
        };
        var first = f.Submission("a") with { Tags = tags };
        var second = f.Submission("b") with { Tags = new ExecutionTags { Labels = new Dictionary<string, string> { ["team"] = "blue" }, Subject = "customer-8" } };
        await f.SubmitAsync(first);
        await f.SubmitAsync(second);
        await f.SubmitAsync(f.Submission("c"));

        var stored = (await f.Tenant.GetExecutionAsync(first.Id, default))!.Tags!;
        Assert.Equal(tags.ToBytes(), stored.ToBytes());
        Assert.Equal("https://example.com/later", Assert.Single(stored.DeliverTo!).Url);
        Assert.Equal([second.Id, first.Id], await FoundAsync(f, new ExecutionFilter { Labels = Labels("team=blue") }));
        Assert.Equal([first.Id], await FoundAsync(f, new ExecutionFilter { Labels = Labels("team=blue", "env=prod=1") }));
        Assert.Equal([first.Id], await FoundAsync(f, new ExecutionFilter { Subject = "customer-7" }));
        Assert.Equal([first.Id], await FoundAsync(f, new ExecutionFilter { Batch = "nightly", Agent = first.Agent, Status = ExecutionStatus.Pending }));
        Assert.Equal([first.Id], await FoundAsync(f, new ExecutionFilter { Root = s_root, Thread = "a" }));
        Assert.Empty(await FoundAsync(f, new ExecutionFilter { Root = s_root, Thread = "b" }));
        Assert.Empty(await FoundAsync(f, new ExecutionFilter { Subject = "customer-7", Batch = "other" }));
        Assert.Empty((await f.Store.For(new TenantId("another")).ListExecutionsAsync(new ExecutionFilter { Batch = "nightly" }, null, 10, default)).Items);
    }

    [Fact]
    public async Task Submit_ManyAtOnce_EachHasItsTags()
    {
        await using var f = await FixtureAsync();
        Submission[] submissions =
        [
            .. Enumerable.Range(0, 20).Select(i => f.Submission($"t{19 - i}", $"key{i}") with { Tags = new ExecutionTags { Batch = $"b{i % 2}" } }),
            f.Submission("t3") with { Tags = new ExecutionTags { Batch = "b0" } },
        ];
        await f.Tenant.SubmitAsync(submissions, default);
        await f.Tenant.SubmitAsync([submissions[0] with { Tags = new ExecutionTags { Batch = "b1" } }], default);

        Assert.Equal(11, (await FoundAsync(f, new ExecutionFilter { Batch = "b0" })).Count);
        Assert.Equal(
            submissions.Where(submission => submission.Tags!.Batch == "b1").Select(submission => submission.Id).Reverse(),
            await FoundAsync(f, new ExecutionFilter { Batch = "b1" }));
    }

    [Fact]
    public async Task FindThreads_OfASubject_HasForksAndNothingDeleted()
    {
        await using var f = await FixtureAsync();
        var session = await f.OpenAsync();
        var about = new ExecutionTags { Subject = "s" };
        await f.SubmitAsync(f.Submission("t") with { Tags = about });
        await f.StoreAsync(f.End(await f.TakeOneAsync(session)));
        await f.SubmitAsync(f.Submission("other"));
        var continues = f.Submission("fork2") with { Held = true, Tags = about };
        await f.Tenant.ForkAsync(new ForkRequest { Source = "t", Position = 1, Target = "fork", Entry = f.Entry() }, default);
        await f.Tenant.ForkAsync(new ForkRequest { Source = "t", Position = 1, Target = "fork2", Entry = f.Entry(), Continues = continues }, default);

        Assert.Equal(["fork", "fork2", "t"], await f.Tenant.FindThreadsAsync("s", null, 10, default));
        Assert.Equal(["fork2"], await f.Tenant.FindThreadsAsync("s", "fork", 1, default));
        Assert.Empty(await f.Tenant.FindThreadsAsync("none", null, 10, default));
        Assert.Empty(await f.Store.For(new TenantId("another")).FindThreadsAsync("s", null, 10, default));
        Assert.Contains(continues.Id, await FoundAsync(f, new ExecutionFilter { Subject = "s" }));
        await f.Tenant.DeleteThreadAsync("t", default);
        Assert.Equal(["fork", "fork2"], await f.Tenant.FindThreadsAsync("s", null, 10, default));
        await f.Tenant.DeleteThreadAsync("fork2", default);
        Assert.Empty(await FoundAsync(f, new ExecutionFilter { Subject = "s" }));
    }

    [Fact]
    public async Task Submit_TagsThatCannotBe_AreRefused()
    {
        await using var f = await FixtureAsync();
        var many = Enumerable.Range(0, ExecutionTags.MaxLabels + 1).ToDictionary(i => $"k{i}", _ => "v");
        foreach (var tags in new ExecutionTags[] { new() { Subject = "a\nb:x" }, new() { Batch = new string('x', 600) }, new() { Labels = many } })
            await Assert.ThrowsAsync<ArgumentException>(() => f.SubmitAsync(f.Submission("t") with { Tags = tags }));
        Assert.Null(await f.Tenant.GetThreadAsync("t", default));
    }

    [Fact]
    public async Task Start_Held_KeepsWhoDid()
    {
        await using var f = await FixtureAsync();
        var held = f.Submission("t") with { Held = true };
        await f.SubmitAsync(held);

        await f.Tenant.StartAsync(held.Id, new Principal { KeyId = "k", Role = "runner" }, default);
        await f.Tenant.StartAsync(held.Id, new Principal { KeyId = "other" }, default);

        Assert.Equal(new Principal { KeyId = "k", Role = "runner" }, (await f.Tenant.GetExecutionAsync(held.Id, default))!.StartedBy);
        Assert.Equal("k", (await f.TakeOneAsync(await f.OpenAsync())).Current!.StartedBy?.KeyId);
    }

    private static Dictionary<string, string> Labels(params string[] pairs) => pairs.ToDictionary(pair => pair[..pair.IndexOf('=')], pair => pair[(pair.IndexOf('=') + 1)..]);

    private static async Task<List<ExecutionId>> FoundAsync(StoreFixture f, ExecutionFilter filter) =>
        [.. (await f.Tenant.ListExecutionsAsync(filter, null, 100, default)).Items.Select(record => record.Id)];
}
