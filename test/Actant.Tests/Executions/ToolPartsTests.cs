using Actant.Journaling;
using Actant.Testing.Executions;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>What a tool gives beside text is stored, and the model is given it.</summary>
[Trait("Row", "T8")]
public sealed class ToolPartsTests
{
    private static readonly AIContent[] s_parts = [new TextContent("a chart"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Result_Parts_AreStoredAndGivenToTheModel()
    {
        var work = new GatedTool("work") { Responds = static call => call.Give(s_parts) };
        await using var harness = await EngineHarness.StartAsync([work]);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        var again = await harness.Model.Calls.NextAsync();
        again.Finish("done");
        var result = await harness.WaitAsync(submitted.Id);

        AssertHeard(again.Messages);
        var stored = (await harness.Client.GetHistoryAsync(submitted.Thread.Thread, 1, 500, Token)).Select(static entry => entry.Payload).OfType<ToolFinished>().Single();
        Assert.True(stored.HasParts);
        Assert.Equal("image_url", stored.Output!.Value[1].GetProperty("type").GetString());
        Assert.Equal(stored.Output.Value.GetRawText(), result.Messages.Single(static message => message.Role == "tool").Content.GetRawText());
        Assert.Equal("a chart", result.Messages.Single(static message => message.Role == "tool").Text);
    }

    [Fact]
    public async Task Result_PartsFoldedByAnotherNode_AreTheSame()
    {
        var work = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Give(s_parts) };
        await using var harness = await EngineHarness.StartAsync([work], static options => options.SnapshotEntries = 1);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        await harness.Model.Calls.NextAsync();
        var next = await harness.AddNodeAsync();
        harness.Node.Kill();
        var asked = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(asked);
        var again = await asked;
        again.Finish("done");
        await next.Client.WaitAsync(submitted.Id, Token);

        AssertHeard(again.Messages);
    }

    [Fact]
    public async Task Result_PartsTooLarge_AreAnErrorThatTheModelSees()
    {
        var work = new GatedTool("work") { Responds = static call => call.Give(new DataContent(new byte[1024 * 1024], "image/png")) };
        await using var harness = await EngineHarness.StartAsync([work]);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        (await harness.Model.Calls.NextAsync()).Finish("done");

        Assert.Equal(ToolErrors.OutputTooLarge, Assert.Single((await harness.WaitAsync(submitted.Id)).ToolResults).Failure!.Code);
    }

    [Fact]
    public async Task Result_ListThatOnlyLooksLikeParts_StaysJson()
    {
        var work = FunctionTool.Create(static () => new[] { new Dictionary<string, string> { ["type"] = "text", ["text"] = "x" } }, "work", "Works.");
        await using var harness = await EngineHarness.StartAsync([work]);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        (await harness.Model.Calls.NextAsync()).FinishWithCall("c1", "work");
        var again = await harness.Model.Calls.NextAsync();
        again.Finish("done");
        await harness.WaitAsync(submitted.Id);

        Assert.Equal("""[{"type":"text","text":"x"}]""", again.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result);
    }

    private static void AssertHeard(IEnumerable<ChatMessage> messages)
    {
        var parts = Assert.IsType<List<AIContent>>(messages.SelectMany(static message => message.Contents).OfType<FunctionResultContent>().Single().Result);
        Assert.Equal("a chart", Assert.IsType<TextContent>(parts[0]).Text);
        Assert.Equal([1, 2, 3], Assert.IsType<DataContent>(parts[1]).Data.ToArray());
    }
}
