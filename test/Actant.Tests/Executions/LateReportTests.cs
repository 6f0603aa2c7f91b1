using System.Text;
using System.Text.Json;
using Actant.Executions;
using Actant.Journaling;
using Actant.Signals;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>An unsafe call ends after its outcome counted as unknown: the person who decides is shown how.</summary>
[Trait("Row", "X3")]
public sealed class LateReportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task LeaseLost_CallEndsLater_IsProposedAndAccepted(bool fails, bool isNoticed)
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, call) = await LoseAsync(harness, pay, isNoticed);
        var reported = ReportedAsync(harness);
        if (fails)
        {
            call.Fail("card_declined");
        }
        else
        {
            call.Succeed("paid");
        }

        await harness.AdvanceUntilAsync(reported);
        var asked = (await harness.Last.Client.GetAsync(id, Token))!;
        var question = Assert.Single(asked.Interrupts);
        Assert.Equal((ExecutionStatus.Interrupted, InterruptReasons.ToolOutcomeUnknown), (asked.Record.Status, question.Reason));
        Assert.Equal(fails ? ("card_declined", null) : (null, "paid"), (question.Proposal?.Failure?.Code, question.Proposal?.Output?.GetString()));

        var reply = await harness.Last.Client.ResumeAsync(id, Answer("""{"decision": "accept"}"""), Token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        var next = await harness.Model.Calls.NextAsync();
        Assert.Contains(fails ? "card_declined" : "paid", next.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single().Result!.ToString(), StringComparison.Ordinal);
        next.Finish("done");
        Assert.Equal(1, pay.Calls.Count);
    }

    [Fact]
    public async Task LeaseLost_PersonKnowsBetter_ProposalIsNotTaken()
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, call) = await LoseAsync(harness, pay);
        var reported = ReportedAsync(harness);
        call.Succeed("paid");
        await harness.AdvanceUntilAsync(reported);

        await harness.Last.Client.ResumeAsync(id, Answer("""{"decision": "happened", "result": "by hand"}"""), Token);

        var next = await harness.Model.Calls.NextAsync();
        Assert.Contains("by hand", next.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single().Result!.ToString(), StringComparison.Ordinal);
        next.Finish("done");
    }

    [Fact]
    public async Task LeaseLost_AnsweredBeforeTheCallEnds_ChangesNothing()
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, call) = await LoseAsync(harness, pay);
        await harness.Last.Client.ResumeAsync(id, Answer("""{"decision": "retry"}"""), Token);
        var again = await pay.Calls.NextAsync();
        var consumed = ConsumedAsync(harness);
        call.Succeed("first");
        await harness.AdvanceUntilAsync(consumed);
        again.Succeed("second");

        var next = await harness.Model.Calls.NextAsync();
        Assert.Contains("second", next.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single().Result!.ToString(), StringComparison.Ordinal);
        next.Finish("done");
        var record = (await harness.WaitAsync(id)).Record;
        Assert.Equal(ExecutionStatus.Completed, record.Status);
        Assert.DoesNotContain(await harness.Last.Client.GetHistoryAsync(record.Thread.Thread, 1, 100, Token), static entry => entry.Payload is CallReported);
    }

    [Fact]
    public async Task LeaseLost_NothingCameYet_CannotBeAccepted()
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, _) = await LoseAsync(harness, pay);

        var reply = await harness.Last.Client.ResumeAsync(id, Answer("""{"decision": "accept"}"""), Token);

        Assert.Equal("invalid_answer", reply.Refusal?.Code);
    }

    [Fact]
    public async Task LeaseLost_LargeOutput_IsProposedWithoutIt()
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, call) = await LoseAsync(harness, pay);
        var reported = ReportedAsync(harness);
        call.Succeed(new string('x', LateReport.MaxOutputBytes));

        await harness.AdvanceUntilAsync(reported);

        var proposal = Assert.Single((await harness.Last.Client.GetAsync(id, Token))!.Interrupts).Proposal!;
        Assert.Equal((ToolErrors.OutputTooLarge, null), (proposal.Failure?.Code, proposal.Output));
    }

    [Fact]
    public async Task LeaseLost_WhileTheResultIsStored_IsProposed()
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var id = await CallAsync(harness, pay);
        var call = await pay.Calls.NextAsync();
        await harness.AddNodeAsync();
        var (appends, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        harness.Node.Store.BeforeAppend = async _ =>
        {
            appends.TrySetResult();
            await held.Task;
        };
        call.Succeed("paid");
        await appends.Task.WaitAsync(EngineHarness.Patience, Token);
        await TakeOverAsync(harness, id);
        var reported = ReportedAsync(harness);
        held.SetResult();

        await harness.AdvanceUntilAsync(reported);

        Assert.Equal("paid", Assert.Single((await harness.Last.Client.GetAsync(id, Token))!.Interrupts).Proposal?.Output?.GetString());
    }

    [Fact]
    public async Task TimedOut_CallEndsLater_IsProposed()
    {
        var pay = new GatedTool("work", timeout: TimeSpan.FromSeconds(1)) { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var id = await CallAsync(harness, pay);
        var call = await pay.Calls.NextAsync();
        var asked = harness.WaitAsync(id);
        await harness.AdvanceUntilAsync(asked);
        Assert.Null(Assert.Single((await asked).Interrupts).Proposal);
        var reported = ReportedAsync(harness);
        call.Succeed("paid");

        await harness.AdvanceUntilAsync(reported);

        Assert.Equal("paid", Assert.Single((await harness.Client.GetAsync(id, Token))!.Interrupts).Proposal?.Output?.GetString());
    }

    [Fact]
    public async Task HandedInBeforeTheQuestion_IsShownWithIt()
    {
        var pay = new GatedTool("work");
        await using var harness = await EngineHarness.StartAsync([pay]);
        var id = await CallAsync(harness, pay);
        var call = await pay.Calls.NextAsync();
        harness.Node.Kill();
        await SignalAsync(harness, id, Report(call.Call, 1, "paid").SignalOf(id));
        await harness.AddNodeAsync();
        var asked = harness.WaitAsync(id);

        await harness.AdvanceUntilAsync(asked);

        var question = Assert.Single((await asked).Interrupts);
        Assert.Equal(("paid", true), (question.Proposal?.Output?.GetString(), question.ResponseSchema!.Value.GetRawText().Contains("accept", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("attempt")]
    [InlineData("call")]
    [InlineData("damaged")]
    [InlineData("null")]
    public async Task Report_OfSomethingElse_IsTakenOffAndChangesNothing(string what)
    {
        var pay = new GatedTool("work") { HonoursToken = false };
        await using var harness = await EngineHarness.StartAsync([pay]);
        var (id, call) = await LoseAsync(harness, pay);
        var record = (await harness.Last.Client.GetRecordAsync(id, Token))!;
        var signal = what switch
        {
            "attempt" => Report(call.Call, 2, "paid").SignalOf(id),
            "call" => (Report(call.Call, 1, "paid") with { CallId = "call_x" }).SignalOf(id),
            var body => Report(call.Call, 1, "paid").SignalOf(id) with { Body = Encoding.UTF8.GetBytes(body == "damaged" ? "{" : "null") },
        };
        var consumed = ConsumedAsync(harness);
        await SignalAsync(harness, id, signal);
        await harness.AdvanceUntilAsync(consumed);

        Assert.Empty((await harness.Store.ReadInboxAsync(record.Thread, 0, Token)).Signals);
        Assert.Null(Assert.Single((await harness.Last.Client.GetAsync(id, Token))!.Interrupts).Proposal);
    }

    /// <summary>An execution whose call is under way.</summary>
    private static async Task<ExecutionId> CallAsync(EngineHarness harness, GatedTool tool)
    {
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", tool.Name);
        return submitted.Id;
    }

    /// <summary>The node that makes a call loses its session; another one asks a person about the call, which still goes on.</summary>
    private static async Task<(ExecutionId Id, ToolInvocation Call)> LoseAsync(EngineHarness harness, GatedTool tool, bool isNoticed = false)
    {
        var id = await CallAsync(harness, tool);
        var call = await tool.Calls.NextAsync();
        await harness.AddNodeAsync();
        await TakeOverAsync(harness, id);
        if (isNoticed)
        {
            // Its heartbeat says so, and the call is told to stop.
            await harness.AdvanceUntilAsync(call.Cancelled);
        }

        return (id, call);
    }

    /// <summary>The first node's session ends without its knowing, and the last one asks.</summary>
    private static async Task TakeOverAsync(EngineHarness harness, ExecutionId id)
    {
        var record = (await harness.Client.GetRecordAsync(id, Token))!;
        var holder = (await harness.Store.FindHolderAsync(record.Thread, Token))!;
        var asks = harness.Last.Store.Appends.NextAsync(append => append.Executions.Any(static change => change.Status == ExecutionStatus.Interrupted));
        await harness.Store.EndSessionAsync(holder.Session, Token);
        await asks;
        Assert.Null(Assert.Single((await harness.Last.Client.GetAsync(id, Token))!.Interrupts).Proposal);
    }

    private static async Task ReportedAsync(EngineHarness harness) => await AnyAsync(harness, static append => append.Entries.Any(IsReport));

    private static async Task ConsumedAsync(EngineHarness harness) =>
        await AnyAsync(harness, static append => append.Consumed.Count > 0 && append.Entries.Count == 0);

    private static Task<Task<AppendRequest>> AnyAsync(EngineHarness harness, Func<AppendRequest, bool> matches) =>
        Task.WhenAny(harness.Nodes.Select(node => node.Store.Appends.NextAsync(matches)));

    private static bool IsReport(EncodedEntry entry) => EntryCodec.KindOf(new StoredEntry(1, entry.Id, entry.Execution, 1, entry.Body)) == "call_reported";

    private static LateReport Report(ToolCall call, int attempt, string output) =>
        new("", "agent", call.CallId, attempt, new CallReport { Output = JsonSerializer.SerializeToElement(output) });

    private static ResumeRequest Answer(string json) => new() { Answer = JsonElement.Parse(json) };

    private static async Task SignalAsync(EngineHarness harness, ExecutionId id, Signal signal)
    {
        var tenant = harness.Store.For(TenantId.Default);
        var record = (await tenant.GetExecutionAsync(id, Token))!;
        Assert.Equal(SignalOutcome.Stored, (await tenant.SignalAsync(record.Thread.Thread, [signal], Token)).Outcome);
    }
}
