using System.Text.Json;
using Actant.Testing;
using Actant.Tools;

namespace Actant.Mcp.Tests;

/// <summary>Servers that do what they should not: each harms its own calls and nothing else. They are programs for Node without packages.</summary>
[Trait("Row", "T5")]
public sealed class HostileServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_FiveHundredTools_AreThereInOrderUnderOwnNamesAndCanBeFiltered()
    {
        await using var host = McpHost.Hostile("many");

        var all = await host.ListAsync();
        var few = await host.ListAsync(McpHost.Definition("""{"server": "hostile", "include": ["tool.1*", "tool.77"], "exclude": ["tool.1?*", "tool.10*"], "prefix": "x-"}"""));

        Assert.Equal(500, all.Tools.Count);
        Assert.Equal(("srv_tool.0", "Number 0.", "srv_tool.499"), (all.Tools[0].Name, all.Tools[0].Description, all.Tools[499].Name));
        Assert.Contains("x-tool.1", few.Tools.Select(static tool => tool.Name));
        Assert.Contains("x-tool.77", few.Tools.Select(static tool => tool.Name));
        Assert.DoesNotContain("x-tool.100", few.Tools.Select(static tool => tool.Name));
    }

    [Fact]
    public async Task List_NameThatIsNotThere_IsAProblemAtItsPlace()
    {
        await using var host = McpHost.Hostile("many");

        var listing = await host.ListAsync(McpHost.Definition("""{"server": "hostile", "include": ["tool.1", "tool.501"]}"""));

        Assert.Equal(("$.config.include[1]", "unknown_tool"), (Assert.Single(listing.Problems).Path, listing.Problems[0].Code));
    }

    [Fact]
    public async Task List_BadSchemas_LeaveTheGoodTool()
    {
        await using var host = McpHost.Hostile("bad");

        var listing = await host.ListAsync();

        var good = Assert.Single(listing.Tools);
        Assert.Equal("srv_good", good.Name);
        Assert.InRange(good.Description.Length, 1, 9000);
        Assert.Equal(4, host.Log.Written.Count(static line => line.Text.Contains("is left out", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task List_DeeperThanAnybodyReads_EndsWithItsTime()
    {
        var time = new ManualTimeProvider();
        await using var host = McpHost.Hostile("deep", time);

        var listing = host.ListAsync().AsTask();
        await Until.TrueAsync(() => host.Connections.SessionOf(TenantId.Default, "hostile") is not null, "the server was there");
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("tools_unavailable", Assert.Single((await listing).Problems).Code);
    }

    [Fact]
    public async Task List_PagesWithoutEnd_AreReadToABound()
    {
        await using var host = McpHost.Hostile("endless");

        Assert.Equal(100, (await host.ListAsync()).Tools.Count);
    }

    [Fact]
    public async Task List_Hints_MakeStricterAndNeverLaxer()
    {
        await using var host = McpHost.Hostile("hints");

        var said = (await host.ListAsync(McpHost.Definition(sideEffects: ToolClass.Idempotent))).Tools.ToDictionary(static tool => tool.Name, static tool => tool.SideEffects);
        var unsaid = (await host.ListAsync()).Tools;

        // What the definition says stays where nothing is written.
        Assert.Equal((null, ToolClass.Unsafe, null), (said["srv_reads"], said["srv_destroys"], said["srv_silent"]));
        Assert.All(unsaid, static tool => Assert.Null(tool.SideEffects));
        Assert.True(host.Type.TryCreate(new() { Name = "srv_reads", Type = "mcp", Config = unsaid[0].Config, Parameters = unsaid[0].Parameters }, out var reads, out _));
        Assert.Equal(ToolClass.Unsafe, reads.Class);
    }

    [Fact]
    public async Task Call_LineWithoutEnd_IsUnknownAndTheNextCallHasANewProcess()
    {
        await using var host = McpHost.Hostile("line", set: static options => options with { MaxMessageBytes = 1024 * 1024 });
        var tool = (await host.ListAsync()).Tools[0];
        var first = host.Connections.SessionOf(TenantId.Default, "hostile")!.ProcessId!.Value;

        await Assert.ThrowsAsync<ToolOutcomeUnknownException>(async () => await host.CallAsync(tool));

        await Until.TrueAsync(() => !Until.IsAlive(first), "the process ended");
        Assert.Contains(host.Log.Written, static line => line.Text.Contains("said a message of more than 1048576 bytes", StringComparison.Ordinal));
        Assert.Single((await host.ListAsync()).Tools);
        Assert.NotEqual(first, host.Connections.SessionOf(TenantId.Default, "hostile")!.ProcessId);
    }

    [Fact]
    public async Task Server_ThatTalksWithoutBeingAsked_IsEnded()
    {
        await using var host = McpHost.Hostile("chatter", set: static options => options with { MaxMessageBytes = 64 * 1024 });

        // Whether the list still comes through is a matter of luck.
        await host.ListAsync();

        await Until.TrueAsync(() => host.Connections.SessionOf(TenantId.Default, "hostile") is not { IsOver: false }, "the session ended");
    }

    [Fact]
    public async Task Call_ThatHangs_EndsWithItsTimeAndTheServerGoesOn()
    {
        await using var host = McpHost.Hostile("hang");
        var tool = (await host.ListAsync()).Tools[0];
        var process = host.Connections.SessionOf(TenantId.Default, "hostile")!.ProcessId;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = host.CallAsync(tool, cancellationToken: late.Token);
        await late.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
        Assert.Single((await host.ListAsync(McpHost.Definition())).Tools);
        Assert.Equal(process, host.Connections.SessionOf(TenantId.Default, "hostile")!.ProcessId);
    }

    [Fact]
    public async Task Server_ThatDiesAgainAndAgain_IsTriedAfterPausesThatGrow()
    {
        var time = new ManualTimeProvider();
        await using var host = McpHost.Hostile("die", time, set: static options => options with { ListTime = TimeSpan.FromDays(1) });
        var tool = (await host.ListAsync()).Tools[0];

        await Assert.ThrowsAsync<ToolOutcomeUnknownException>(async () => await host.CallAsync(tool));
        await Assert.ThrowsAsync<ToolOutcomeUnknownException>(async () => await host.CallAsync(tool));
        var refused = await host.CallAsync(tool);
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ToolOutcomeUnknownException>(async () => await host.CallAsync(tool));
        var again = await host.CallAsync(tool);

        Assert.Equal((McpErrors.Unavailable, true, 1000L, true), (refused.Failure!.Code, refused.Failure.Transient, refused.Failure.RetryAfterMs, refused.DidNotHappen));
        Assert.Equal(2000L, again.Failure!.RetryAfterMs);
        await Until.TrueAsync(() => host.Log.Written.Any(static line => line.Text.Contains("hostile says: about to die", StringComparison.Ordinal)), "its last words were in the log");
    }

    [Fact]
    public async Task Close_EndsWhatTheProgramStarted()
    {
        int child, process;
        await using (var host = McpHost.Hostile("spawn"))
        {
            child = int.Parse((await host.CallAsync((await host.ListAsync()).Tools[0])).Output!.Value.GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            process = host.Connections.SessionOf(TenantId.Default, "hostile")!.ProcessId!.Value;
            Assert.True(Until.IsAlive(child));
        }

        await Until.TrueAsync(() => !Until.IsAlive(child) && !Until.IsAlive(process), "both ended");
    }

    [Fact]
    public async Task Environment_IsWhatWasNamedAndNothingElse()
    {
        await using var host = McpHost.Hostile("environment", change: static server => server with { Environment = new Dictionary<string, string> { ["TOWN"] = "Ulm" } });

        var said = JsonElement.Parse((await host.CallAsync((await host.ListAsync()).Tools[0])).Output!.Value.GetString()!);

        Assert.Equal(["PATH", "TOWN"], said.EnumerateObject().Select(static variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.Equal("Ulm", said.GetProperty("TOWN").GetString());
    }

    [Fact]
    public async Task Server_ThatTakesMoreMemoryThanItMay_DiesAlone()
    {
        await using var host = McpHost.Hostile("hog", change: static server => server with { MemoryBytes = 512L * 1024 * 1024 });

        await Assert.ThrowsAsync<ToolOutcomeUnknownException>(async () => await host.CallAsync((await host.ListAsync()).Tools[0]));
    }

    [Fact]
    public async Task Tenants_HaveProcessesOfTheirOwnAndNoMoreThanTheyMay()
    {
        await using var host = McpHost.Hostile("pid", set: static options => options with { MaxConnections = 1, MaxConnectionsPerTenant = 1 });
        var tool = (await host.ListAsync()).Tools[0];
        var mine = (await host.CallAsync(tool)).Output!.Value.GetString();
        var theirs = (await host.CallAsync(tool, tenant: new TenantId("acme"))).Output!.Value.GetString();

        Assert.NotEqual(mine, theirs);
        Assert.Equal(1, host.Connections.Count);
    }

    [Fact]
    public async Task Server_OfOneTenant_IsUnknownToOthers()
    {
        await using var host = McpHost.Hostile("many", change: static server => server with { Tenants = new HashSet<TenantId> { new("acme") } });

        Assert.Equal(500, (await host.ListAsync(tenant: new TenantId("acme"))).Tools.Count);
        Assert.Equal("$.config.server", Assert.Single((await host.ListAsync()).Problems).Path);
        Assert.Equal("unknown_value", Assert.Single(host.Type.CheckPlace(McpHost.Definition(), TenantId.Default)).Code);
    }

    [Fact]
    public async Task Call_ToolThatFails_TellsTheModelWhy()
    {
        await using var host = McpHost.Hostile("fails");

        var result = await host.CallAsync((await host.ListAsync()).Tools[0]);

        Assert.Equal((McpErrors.ToolFailed, "No such town.", false), (result.Failure!.Code, result.Failure.Message, result.Failure.Transient));
    }

    [Fact]
    public async Task List_Changed_IsReadAgainAndWhatWasPinnedIsRefusedByItsServer()
    {
        await using var host = McpHost.Hostile("change", set: static options => options with { ListTime = TimeSpan.FromDays(1) });
        var before = (await host.ListAsync()).Tools[0];

        Assert.Equal("did go", (await host.CallAsync(before)).Output!.Value.GetString());

        var after = before;
        await Until.TrueAsync(async () => (after = (await host.ListAsync()).Tools[0]).Name == "srv_went", "the new list was read");
        var vanished = await host.CallAsync(before);
        Assert.Equal((McpErrors.Refused, true), (vanished.Failure!.Code, vanished.DidNotHappen));
        Assert.Equal("did went", (await host.CallAsync(after)).Output!.Value.GetString());
    }

    [Theory]
    [InlineData("""{"command": "rm"}""", "$.config.command")]
    [InlineData("""{"server": "hostile", "url": "https://mcp.example.com"}""", "$.config")]
    [InlineData("""{"server": "hostile", "headers": {"X-Key": "1"}}""", "$.config.headers")]
    [InlineData("""{"url": "https://mcp.example.com", "headers": {"Host": "x"}}""", "$.config.headers.Host")]
    [InlineData("""{"url": "file:///etc/passwd"}""", "$.config.url")]
    [InlineData("""{"server": "hostile", "tool": "go", "prefix": "x"}""", "$.config.tool")]
    [InlineData("""{"server": "hostile", "include": [7]}""", "$.config.include")]
    public async Task Definition_Wrong_SaysWhere(string config, string path)
    {
        await using var host = McpHost.Hostile("many");

        Assert.False(host.Type.TryCreate(McpHost.Definition(config), out _, out var problems));

        Assert.Contains(path, problems.Select(static problem => problem.Path));
    }
}
