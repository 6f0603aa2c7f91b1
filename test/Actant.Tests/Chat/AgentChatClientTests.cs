using System.Text.Json;
using Actant.Chat;
using Actant.Executions;
using Actant.LanguageModels;
using Actant.Testing.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Tests.Chat;

/// <summary>An agent behind the interface that every .NET program knows.</summary>
[Trait("Row", "C4")]
public sealed class AgentChatClientTests
{
    private const string Talker = "name: talker\nmodel: {provider: gated, model_name: any}";

    private const string Worker = "name: worker\nmodel: {provider: gated, model_name: any}\ntools: [work]";

    private const string Careful = """
        name: careful
        model: {provider: gated, model_name: any}
        tool_definitions: [{name: work, type: code, requires_approval: true}]
        nodes: [{name: talk, type: agent, tools: [work]}]
        """;

    private const string Asking = """
        name: asking
        model: {provider: gated, model_name: any}
        nodes:
          - {name: ask, type: human, prompt: May I?, response_schema: {type: boolean}}
          - {name: talk, type: agent}
        edges: [{from: ask, to: talk}]
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponseAsync_Question_GivesAnswerUsageConversationAndFinishReason()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker);
        var response = client.GetResponseAsync("Hello", cancellationToken: Token);
        var call = await harness.Model.Calls.NextAsync();
        call.Say("Good ");
        call.Finish("day");
        var answer = await response;

        Assert.Equal("Good day", answer.Text);
        Assert.Equal("Good day", Assert.Single(answer.Messages).Text);
        Assert.Equal("Hello", call.LastText);
        Assert.Equal((2, 1, 3), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.NotNull(await harness.Client.GetThreadAsync(answer.ConversationId!, Token));
        Assert.True(ExecutionId.TryParse(answer.ResponseId, out _));
    }

    [Fact]
    public async Task Usage_OfAnAttemptThatBroke_CountsToo()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, "name: again\nnodes: [{name: talk, type: agent, model: {provider: gated, model_name: any}, on_error: {backoff_ms: 1}}]");
        var response = client.GetResponseAsync("Hello", cancellationToken: Token);
        var broken = await harness.Model.Calls.NextAsync();
        broken.Count(100, 10);
        broken.Fail("model_stream_broken");
        var next = harness.Model.Calls.NextAsync();
        await harness.AdvanceUntilAsync(next);
        (await next).Finish("Good day");

        Assert.Equal(113, (await response).Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task GetResponseAsync_ConversationId_ContinuesTheThread()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish($"{call.Messages.Count} messages");
        using var client = Client(harness, Talker);

        var first = await client.GetResponseAsync("one", cancellationToken: Token);
        var second = await client.GetResponseAsync("two", new ChatOptions { ConversationId = first.ConversationId }, Token);
        var other = await client.GetResponseAsync("three", cancellationToken: Token);

        Assert.Equal(("1 messages", "3 messages", "1 messages"), (first.Text, second.Text, other.Text));
        Assert.Equal(first.ConversationId, second.ConversationId);
        Assert.NotEqual(first.ConversationId, other.ConversationId);
    }

    [Fact]
    public async Task GetResponseAsync_WholeHistory_ReachesTheModelAsItWas()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish(string.Join('|', call.Messages.Select(message => $"{message.Role}:{message.Text}")));
        using var client = Client(harness, Talker);

        var answer = await client.GetResponseAsync(
            [new(ChatRole.User, "one"), new(ChatRole.Assistant, "two"), new(ChatRole.User, [new TextContent("th"), new TextContent("ree")])],
            new ChatOptions { Instructions = "Be brief." },
            Token);

        Assert.Equal("system:Be brief.|user:one|assistant:two|user:three", answer.Text);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Tokens_ComeBeforeTheAnswerHasEnded()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker);
        await using var updates = client.GetStreamingResponseAsync("Hello", cancellationToken: Token).GetAsyncEnumerator(Token);

        var first = updates.MoveNextAsync();
        var call = await harness.Model.Calls.NextAsync();
        call.Say("Good ");
        Assert.True(await first);
        Assert.Equal("Good ", updates.Current.Text);
        call.Finish("day");
        var rest = new List<ChatResponseUpdate> { updates.Current };
        while (await updates.MoveNextAsync())
        {
            rest.Add(updates.Current);
        }

        var whole = rest.ToChatResponse();
        Assert.Equal("Good day", Assert.Single(whole.Messages).Text);
        Assert.Equal(3, whole.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_AnotherAttempt_IsAnotherMessageAndNamesTheVoidOne()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, "name: stubborn\nmodel: {provider: gated, model_name: any}\nnodes: [{name: talk, type: agent, on_error: {max_attempts: 3, backoff_ms: 1}}]");
        var response = client.GetStreamingResponseAsync("Hello", cancellationToken: Token).ToChatResponseAsync(Token);
        var first = await harness.Model.Calls.NextAsync();
        first.Say("Bad");
        first.Fail("model_unavailable");
        harness.Model.Responds = static call => call.Finish("Good");
        await harness.AdvanceUntilAsync(response);

        var messages = (await response).Messages;
        Assert.Equal("Good", messages[^1].Text);
        Assert.All(messages.SkipLast(1), message => Assert.Equal("Bad", message.Text));
    }

    [Fact]
    public async Task GetResponseAsync_ToolCall_ShowsCallAndResultThatNobodyElseMakes()
    {
        var work = new GatedTool("work", ToolClass.Pure) { Responds = static call => call.Succeed("done") };
        await using var harness = await EngineHarness.StartAsync([work]);
        harness.Model.Responds = static call =>
        {
            if (call.Messages[^1].Role == ChatRole.User)
            {
                call.Demand("call-1", "work", ("to", "Ada"));
            }

            call.Finish(call.Messages[^1].Role == ChatRole.User ? "" : "It is done.");
        };
        using var client = Client(harness, Worker);

        var answer = await client.GetResponseAsync("Work!", cancellationToken: Token);

        var contents = answer.Messages.SelectMany(message => message.Contents).ToList();
        var call = Assert.Single(contents.OfType<FunctionCallContent>());
        Assert.True(call.InformationalOnly);
        Assert.Equal(call.CallId, Assert.Single(contents.OfType<FunctionResultContent>()).CallId);
        Assert.Equal("It is done.", answer.Text);
        Assert.Equal(6, answer.Usage!.TotalTokenCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponseAsync_Cancelled_CancelsTheExecution(bool streams)
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker, "thread-1");
        using var stop = new CancellationTokenSource();
        var response = streams
            ? client.GetStreamingResponseAsync("Hello", cancellationToken: stop.Token).ToChatResponseAsync(Token)
            : client.GetResponseAsync("Hello", cancellationToken: stop.Token);
        var call = await harness.Model.Calls.NextAsync();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
        await call.Cancelled;
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(await OnlyExecutionAsync(harness))).Record.Status);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ReaderLeaves_CancelsTheExecution()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker);
        await using (var updates = client.GetStreamingResponseAsync("Hello", cancellationToken: Token).GetAsyncEnumerator(Token))
        {
            var first = updates.MoveNextAsync();
            (await harness.Model.Calls.NextAsync()).Say("Good ");
            Assert.True(await first);
        }

        Assert.Equal(ExecutionStatus.Cancelled, (await harness.WaitAsync(await OnlyExecutionAsync(harness))).Record.Status);
    }

    [Fact]
    public async Task GetResponseAsync_FailedExecution_ThrowsItsFailure()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Fail("model_request_rejected", transient: false);
        using var client = Client(harness, Talker);

        var thrown = await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync("Hello", cancellationToken: Token));

        Assert.Equal("model_request_rejected", thrown.Failure.Code);
    }

    [Theory]
    [InlineData(true, "done")]
    [InlineData(false, "Not today.")]
    public async Task GetResponseAsync_ToolApproval_AsksAndGoesOnWithTheAnswer(bool approved, string seen)
    {
        var work = new GatedTool("work") { Responds = static call => call.Succeed("done") };
        await using var harness = await EngineHarness.StartAsync([work]);
        using var client = Client(harness, Careful);
        harness.Model.Responds = static call =>
        {
            if (call.Messages[^1].Role == ChatRole.User)
            {
                call.Demand("call-1", "work", ("to", "Ada"));
            }

            call.Finish(call.Messages[^1].Contents.OfType<FunctionResultContent>().FirstOrDefault()?.Result?.ToString() ?? "");
        };

        var asked = await client.GetResponseAsync("Work!", cancellationToken: Token);
        var request = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<ToolApprovalRequestContent>());
        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        Assert.Equal("work", Assert.IsType<FunctionCallContent>(request.ToolCall).Name);
        var answer = await client.GetResponseAsync(
            new ChatMessage(ChatRole.User, [request.CreateResponse(approved, "Not today.")]), new ChatOptions { ConversationId = asked.ConversationId }, Token);

        Assert.Contains(seen, answer.Text, StringComparison.Ordinal);
        Assert.Equal(approved ? 1 : 0, work.Calls.Count);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_HumanNode_AsksAndGoesOnWithTheAnswer()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("Thank you.");
        using var client = Client(harness, Asking, "thread-1");

        var asked = await client.GetStreamingResponseAsync("Go", cancellationToken: Token).ToChatResponseAsync(Token);
        var request = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<InterruptRequestContent>());
        Assert.Equal("May I?", request.Interrupt.Prompt);
        var refused = await Assert.ThrowsAsync<ModelException>(() => SendAsync(request.Answer(JsonElement.Parse("7"))));
        Assert.Equal("invalid_answer", refused.Failure.Code);
        var answer = await SendAsync(request.Answer(JsonElement.Parse("true")));

        Assert.Equal("Thank you.", answer.Text);

        Task<ChatResponse> SendAsync(AIContent content) =>
            client.GetStreamingResponseAsync(new ChatMessage(ChatRole.User, [content]), cancellationToken: Token).ToChatResponseAsync(Token);
    }

    [Fact]
    public async Task GetResponseAsync_AnswerAtAnotherEngine_LetsTheExecutionGoOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("Thank you.");
        using var client = Client(harness, Asking);
        var asked = await client.GetResponseAsync("Go", cancellationToken: Token);
        var request = Assert.Single(asked.Messages.SelectMany(message => message.Contents).OfType<InterruptRequestContent>());
        var other = (await harness.AddNodeAsync()).Engine.AsChatClient(EngineHarness.Define(Asking));

        var answer = await other.GetResponseAsync(
            new ChatMessage(ChatRole.User, [request.Answer(JsonElement.Parse("true"))]), new ChatOptions { ConversationId = asked.ConversationId }, Token);

        Assert.Equal(("Thank you.", asked.ResponseId, asked.ConversationId), (answer.Text, answer.ResponseId, answer.ConversationId));
    }

    [Fact]
    public async Task GetResponseAsync_OutputThatIsNoMessage_IsItsJson()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, "name: counter\nnodes: [{name: count, type: transform, set: {score: '41 + 1'}, output: true}]");

        Assert.Equal("42", (await client.GetResponseAsync("Count!", cancellationToken: Token)).Text);
    }

    [Fact]
    public async Task GetResponseAsync_NodesBeforeTheOutput_WorkInSilence()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish(call.System);
        using var client = Client(harness, """
            name: chain
            model: {provider: gated, model_name: any}
            nodes:
              - {name: first, type: agent, system_prompt: draft}
              - {name: second, type: agent, system_prompt: final}
            edges: [{from: first, to: second}]
            """);

        var answer = await client.GetResponseAsync("Write!", cancellationToken: Token);

        Assert.Equal("final", answer.Text);
        Assert.Equal(6, answer.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task GetResponseAsync_WhatAnAgentCannotTake_IsRefused()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker);
        var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] };
        var sound = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "audio/wav")]);

        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hello", tools, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync(sound, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetResponseAsync([], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            client.GetResponseAsync(new ChatMessage(ChatRole.User, [new InterruptResponseContent("int-1", default)]), cancellationToken: Token));
    }

    [Fact]
    public async Task GetService_OfTheClient_TellsWhoItIs()
    {
        await using var harness = await EngineHarness.StartAsync();
        using var client = Client(harness, Talker);

        Assert.Equal(("actant", "talker"), (client.GetService<ChatClientMetadata>()!.ProviderName, client.GetService<ChatClientMetadata>()!.DefaultModelId));
        Assert.Same(harness.Node.Engine, client.GetService<ActantEngine>());
        Assert.Same(client, client.GetService<AgentChatClient>());
    }

    [Fact]
    public async Task Agent_AsTheModelOfAnotherAgent_Answers()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Model.Responds = static call => call.Finish("inner answer");
        using var inner = Client(harness, Talker);
        await using var outer = new AgentExecutor(EngineHarness.Define("name: outer"), inner);

        Assert.Equal("inner answer", (await outer.ExecuteAsync("Hello", Token)).Response);
    }

    private static AgentChatClient Client(EngineHarness harness, string definition, string? thread = null) =>
        (AgentChatClient)harness.Node.Engine.AsChatClient(EngineHarness.Define(definition), thread);

    private static async Task<ExecutionId> OnlyExecutionAsync(EngineHarness harness) =>
        Assert.Single((await harness.Client.ListAsync(new Actant.Storage.ExecutionFilter(), null, 10, Token)).Items).Id;
}
