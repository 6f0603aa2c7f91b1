using Actant.LanguageModels;
using Actant.Testing.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Executions;

/// <summary>What an answer holds beside its text is kept, shown, and given back to whoever said it.</summary>
[Trait("Row", "L2")]
public sealed class AnswerPartsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_ReasoningMediaAndCitations_AreKeptAndGivenBack()
    {
        var work = new GatedTool("work") { Responds = static call => call.Succeed() };
        await using var harness = await EngineHarness.StartAsync([work]);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Give(new TextReasoningContent("I must "));
        asked.Give(new TextReasoningContent("call work") { ProtectedData = "signature" });
        asked.Give(new TextContent("One moment.") { Annotations = [new CitationAnnotation { Title = "A page", Url = new Uri("https://example.org/") }] });
        asked.Give(new DataContent(new byte[] { 1, 2, 3 }, "image/png"));
        asked.Give(new ErrorContent("odd") { ErrorCode = "7" });
        asked.FinishWithCall("c1", "work");
        var again = await harness.Model.Calls.NextAsync();
        again.Finish("done");
        var result = await harness.WaitAsync(submitted.Id);

        Assert.Equal("done", result.Response);
        var parts = result.Messages[1].Parts!;
        Assert.Equal(["reasoning", "citation", "media", "provider_data"], parts.Select(static part => part.GetProperty("type").GetString()));
        Assert.Equal("https://example.org/", parts[1].GetProperty("url").GetString());
        var heard = again.Messages.Single(static message => message.Role == ChatRole.Assistant).Contents;
        var thought = Assert.IsType<TextReasoningContent>(heard[0]);
        Assert.Equal(("I must call work", "signature"), (thought.Text, thought.ProtectedData));
        Assert.Equal("One moment.", Assert.IsType<TextContent>(heard[1]).Text);
        Assert.Equal([1, 2, 3], Assert.IsType<DataContent>(heard[2]).Data.ToArray());
        Assert.Equal(("odd", "7"), (Assert.IsType<ErrorContent>(heard[3]).Message, ((ErrorContent)heard[3]).ErrorCode));
        Assert.Equal("c1", Assert.IsType<FunctionCallContent>(heard[4]).CallId);
        Assert.Equal("c1", again.Messages[^1].Contents.OfType<FunctionResultContent>().Single().CallId);
    }

    [Fact]
    public async Task Answer_TextOnly_HasNoParts()
    {
        await using var harness = await EngineHarness.StartAsync();
        var submitted = await harness.SubmitAsync(TestAgents.Talker);
        (await harness.Model.Calls.NextAsync()).Finish("hello");

        var said = (await harness.WaitAsync(submitted.Id)).Messages[^1];

        Assert.Null(said.Parts);
        Assert.Null(said.Provider);
    }

    [Fact]
    public async Task Parts_AfterARestart_AreTheSame()
    {
        var work = new GatedTool("work", ToolClass.Pure);
        await using var harness = await EngineHarness.StartAsync([work]);
        var submitted = await harness.SubmitAsync(TestAgents.Worker);
        var asked = await harness.Model.Calls.NextAsync();
        asked.Give(new TextReasoningContent("thought") { ProtectedData = "signature", AdditionalProperties = new() { [ModelCallProperties.Field] = "reasoning" } });
        asked.FinishWithCall("c1", "work");
        await work.Calls.NextAsync();
        var next = await harness.AddNodeAsync();
        harness.Node.Kill();
        var begun = work.Calls.NextAsync();
        await harness.AdvanceUntilAsync(begun);
        (await begun).Succeed();
        var again = await harness.Model.Calls.NextAsync();
        again.Finish("done");
        await next.Client.WaitAsync(submitted.Id, Token);

        var thought = again.Messages.SelectMany(static message => message.Contents).OfType<TextReasoningContent>().Single();
        Assert.Equal(("thought", "signature", "reasoning"), (thought.Text, thought.ProtectedData, thought.AdditionalProperties![ModelCallProperties.Field]));
    }
}
