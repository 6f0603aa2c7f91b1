using System.Text;
using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>Content goes, the form stays: the thread is folded and an open execution goes on.</summary>
[Trait("Row", "X14")]
public sealed class EraseTests
{
    private const string Marker = "m4rk3r";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EraseAsync_AllEntriesOfAnOpenExecution_GoesOnWithoutThem()
    {
        var tool = new GatedTool("pay") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([tool]);
        var id = await OpenAsync(harness);
        var record = (await harness.Client.GetAsync(id, Token))!.Record;
        var before = await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, 500, Token);

        var reply = await harness.Client.EraseAsync(record.Thread.Thread, [.. before.Select(entry => entry.Position)], Token);

        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        await AssertGoneAsync(harness, record.Thread.Thread);
        var asked = (await harness.Client.GetAsync(id, Token))!;
        await harness.Client.ResumeAsync(id, new ResumeRequest { Answer = JsonElement.Parse("""{"decision": "reject", "message": "no"}""") }, Token);
        var call = await harness.Model.Calls.NextAsync();
        Assert.DoesNotContain(Marker, string.Concat(call.Messages.Select(message => message.Text)), StringComparison.Ordinal);
        call.Finish("done");
        var result = await harness.WaitAsync(id);

        Assert.Equal((ExecutionStatus.Completed, "done"), (result.Record.Status, result.Messages[^1].Text));
        Assert.Equal("[erased]", asked.Messages[0].Text);
        Assert.Single(asked.Interrupts);
        var after = await harness.Client.GetHistoryAsync(record.Thread.Thread, 1, before.Count, Token);
        Assert.Equal(before.Select(entry => (entry.Id, entry.Payload.Kind, entry.Activation)), after.Select(entry => (entry.Id, entry.Payload.Kind, entry.Activation)));
    }

    [Fact]
    public async Task EraseAsync_ThreadThatAProcessWorksOn_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync([new GatedTool("work")]);
        var reply = await harness.Client.SubmitAsync(EngineHarness.Request(TestAgents.Worker), Token);
        var call = await harness.Model.Calls.NextAsync();

        Assert.Equal("thread_busy", (await harness.Client.EraseAsync(reply.Value!.Thread.Thread, [1], Token)).Refusal?.Code);
        Assert.Equal("position_not_found", (await harness.Client.EraseAsync(reply.Value.Thread.Thread, [99], Token)).Refusal?.Code);
        Assert.Equal("thread_not_found", (await harness.Client.EraseAsync("none", [1], Token)).Refusal?.Code);
        Assert.Equal("invalid_input", (await harness.Client.EraseAsync("none", [], Token)).Refusal?.Code);
        call.Finish("done");
    }

    private static async Task<ExecutionId> OpenAsync(EngineHarness harness)
    {
        const string Payer = """
            name: payer
            model: {provider: gated, model_name: any}
            tool_definitions:
              - {name: pay, type: code, config: {tool: pay}, requires_approval: true}
            tools: [pay]
            """;
        var request = EngineHarness.Request(Payer) with { Input = JsonSerializer.SerializeToElement($"{Marker} {new string('x', 80_000)}") };
        var id = (await harness.Client.SubmitAsync(request, Token)).Value!.Id;
        var call = await harness.Model.Calls.NextAsync();
        call.Demand("c1", "pay", ("to", Marker), ("amount", 5));
        call.Finish();
        await harness.WaitAsync(id);
        return id;
    }

    private static async Task AssertGoneAsync(EngineHarness harness, string thread)
    {
        var tenant = harness.Store.For(TenantId.Default);
        foreach (var entry in await tenant.ReadAsync(thread, 1, 1000, Token))
        {
            Assert.DoesNotContain(Marker, Encoding.UTF8.GetString(entry.Body.Span), StringComparison.Ordinal);
            if (EntryCodec.BlobOf(entry) is { } hash)
                Assert.DoesNotContain(Marker, Encoding.UTF8.GetString((await tenant.ReadBlobAsync(thread, hash, Token))!), StringComparison.Ordinal);
        }

        Assert.Null(await harness.Store.ReadSnapshotAsync(new ThreadKey(TenantId.Default, thread), long.MaxValue, Token));
    }
}
