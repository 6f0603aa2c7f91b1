using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

[Trait("Row", "T7")]
public sealed class SecurityContextTests
{
    private static readonly SecurityContext s_ada = new() { UserId = "ada", OrganizationId = "engines", Permissions = ["tool:work"] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, true)]
    [InlineData("tool:work", true)]
    [InlineData("tool:*", true)]
    [InlineData("tool:worker", false)]
    [InlineData("tool:wor", false)]
    [InlineData("work", false)]
    public void Permits_Tool_AsTheListSays(string? permission, bool expected) =>
        Assert.Equal(expected, new SecurityContext { Permissions = permission is null ? null : [permission] }.Permits("work"));

    [Fact]
    public void Permits_EmptyList_Nothing() => Assert.False(new SecurityContext { Permissions = [] }.Permits("work"));

    [Fact]
    public async Task Execution_PermittedTool_IsCalledWithTheContext()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        await SubmitAsync(harness, s_ada);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");

        var invocation = await tool.Calls.NextAsync();
        Assert.Equal("ada", invocation.Call.Context.Security!.UserId);
        Assert.Equal("engines", invocation.Call.Context.Security.OrganizationId);
        invocation.Succeed();
        (await harness.Model.Calls.NextAsync()).Finish("hello");
    }

    [Fact]
    public async Task Execution_ToolWithoutPermission_ModelIsToldAndNothingIsCalled()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = await SubmitAsync(harness, s_ada with { Permissions = ["tool:other"] });
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("then not");

        var result = await harness.WaitAsync(id);
        Assert.Equal("then not", result.Response);
        Assert.Equal(ToolErrors.NotPermitted, Assert.Single(result.ToolResults).Failure!.Code);
        Assert.Equal(0, tool.Calls.Count);
    }

    [Fact]
    public async Task Execution_AnotherEngineTakesOver_ContextStillHolds()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = await SubmitAsync(harness, s_ada with { Permissions = [] });
        await harness.Model.Calls.NextAsync();
        await harness.AddNodeAsync();
        harness.Node.Store.Kill();

        var again = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(again);
        (await again).FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("no");

        Assert.Equal(ToolErrors.NotPermitted, Assert.Single((await harness.WaitAsync(id)).ToolResults).Failure!.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fork_BehindTheInput_KeepsTheContext(long behind)
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var first = await harness.SubmitAsync(TestAgents.Worker, change: request => request with { Security = s_ada with { Permissions = [] } });
        (await harness.Model.Calls.NextAsync()).Finish("done");
        var start = (await harness.WaitAsync(first.Id)).Record.StartPosition!.Value;

        var branch = await harness.Client.ForkAsync(first.Thread.Thread, start + behind - 1, "fork", continues: true, Token);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("no");

        var forked = (await harness.Client.ListAsync(new ExecutionFilter { Thread = "fork" }, null, 10, Token)).Items;
        var result = await harness.WaitAsync(Assert.Single(forked).Id);
        Assert.Null(branch.Refusal);
        Assert.Equal(ToolErrors.NotPermitted, Assert.Single(result.ToolResults).Failure!.Code);
        Assert.Equal("ada", Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter { Thread = "fork" }, null, 10, Token)).Items).Security!.UserId);
    }

    [Fact]
    public async Task Gate_UsersRate_HoldsForThatUserOnly()
    {
        var tool = new GatedTool("work", ToolClass.Idempotent) { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var limited = s_ada with { RateLimit = new Dictionary<string, int> { ["work"] = 1 } };
        foreach (var user in new[] { "ada", "grace" })
        {
            await CallOnceAsync(harness, limited with { UserId = user });
        }

        Assert.Equal(2, tool.Calls.Count);
        var third = await SubmitAsync(harness, limited);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        await harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, tool.Calls.Count);
        var answered = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(answered, TimeSpan.FromMinutes(2));
        Assert.Equal(3, tool.Calls.Count);
        (await answered).Finish("done");
        Assert.Equal("done", (await harness.WaitAsync(third)).Response);
    }

    [Fact]
    public async Task Audit_Calls_AreThereWithTheirUserAndEnd()
    {
        var tool = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = await SubmitAsync(harness, s_ada);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        var call = await tool.Calls.NextAsync();

        var open = Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.Equal(("work", ToolClass.Unsafe, 1), (open.Tool, open.Class, open.Attempt));
        Assert.Null(open.FinishedAt);
        Assert.NotNull(open.StartedAt);

        call.Fail("boom");
        (await harness.Model.Calls.NextAsync()).Finish("hello");
        await harness.WaitAsync(id);
        var ended = Assert.Single((await harness.Client.AuditAsync(new ExecutionFilter(), null, 10, Token)).Items);
        Assert.Equal("boom", ended.Failure!.Code);
        Assert.NotNull(ended.FinishedAt);
        Assert.Equal("ada", ended.Security!.UserId);
        Assert.Equal(id, ended.Execution.Id);
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Submit_SameKeyForAnotherUser_IsAConflict()
    {
        await using var harness = await EngineHarness.StartAsync();
        await harness.SubmitAsync(TestAgents.Talker, change: request => request with { IdempotencyKey = "k", Security = s_ada });

        var other = await harness.Client.SubmitAsync(
            EngineHarness.Request(TestAgents.Talker) with { IdempotencyKey = "k", Security = s_ada with { UserId = "grace" } }, Token);

        Assert.Equal("idempotency_conflict", other.Refusal!.Code);
        (await harness.Model.Calls.NextAsync()).Finish("hello");
    }

    private static async Task<ExecutionId> SubmitAsync(EngineHarness harness, SecurityContext security) =>
        (await harness.SubmitAsync(TestAgents.Worker, change: request => request with { Security = security })).Id;

    private static async Task CallOnceAsync(EngineHarness harness, SecurityContext security)
    {
        var id = await SubmitAsync(harness, security);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("done");
        await harness.WaitAsync(id);
    }
}
