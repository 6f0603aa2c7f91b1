using Actant.LanguageModels;
using Actant.Testing;
using Microsoft.Extensions.AI;

namespace Actant.Tests.LanguageModels;

[Trait("Row", "L2")]
public sealed class ScriptedChatClientTests
{
    [Fact]
    public async Task GetResponse_FirstMatchingRule_Answers()
    {
        var talk = ScriptedTalk.With("""
            {"rules": [
                {"when": {"contains": "HELLO"}, "answer": "Hi, you said {{ last_user }}."},
                {"when": {"matches": "my name is (?<name>\\w+)"}, "answer": "Welcome, {{name}} {{ 1 }} {{ 9 }}!"},
                {"when": {"system_contains": "pirate", "turn": 2}, "answer": "Arr."}],
             "default": "What?"}
            """);
        talk.Messages.Add(new ChatMessage(ChatRole.System, "You are a Pirate."));

        Assert.Equal("Hi, you said hello there.", (await talk.SayAsync("hello there")).Text);
        Assert.Equal("Welcome, Ada Ada {{ 9 }}!", (await talk.SayAsync("my name is Ada")).Text);
        Assert.Equal("Arr.", (await talk.SayAsync("and?")).Text);
        Assert.Equal("What?", (await talk.SayAsync("and?")).Text);
    }

    [Fact]
    public async Task GetResponse_GroupThatEndsInACharacter_GivesTextThatCanBeStored()
    {
        var talk = ScriptedTalk.With("""{"rules": [{"when": {"matches": "^(.)"}, "answer": "{{ 1 }}", "tool_calls": [{"name": "look", "arguments": {"at": "{{ 1 }}"}}]}]}""");

        var response = await talk.SayAsync("\U0001F600");

        var arguments = Assert.Single(response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()).Arguments!;
        Assert.Equal(("\uFFFD", "\uFFFD"), (response.Text, arguments["at"]?.ToString()));
    }

    [Fact]
    public async Task GetResponse_RuleWithToolCalls_DoesNotRepeatItselfOnTheResults()
    {
        var talk = ScriptedTalk.With("""
            {"rules": [
                {"when": {"matches": "weather in (\\w+)"}, "answer": "Let me look.", "tool_calls": [
                    {"name": "weather", "arguments": {"city": "{{ 1 }}", "days": [1, "{{turn}}"]}}, {"name": "time"}]},
                {"when": {"tool_result": "rain"}, "answer": "Take an umbrella: {{ last_tool }}"}]}
            """);

        var demand = await talk.SayAsync("the weather in Ulm?");
        Assert.Equal("Let me look.", demand.Text);
        Assert.Equal("""call_0_0 weather(city: Ulm, days: [1,"0"]); call_0_1 time()""", ScriptedTalk.Show(demand));
        Assert.Equal("Take an umbrella: noon", (await talk.GiveAsync("Rain", "noon")).Text);
    }

    [Fact]
    public async Task GetResponse_Script_GoesByTheAnswersInTheConversation()
    {
        var talk = ScriptedTalk.With("""{"script": ["one", {"answer": "two"}]}""");

        Assert.Equal("one", (await talk.SayAsync("a")).Text);
        talk.Messages.RemoveAt(1);
        Assert.Equal("one", (await talk.CallAsync()).Text);
        Assert.Equal("two", (await talk.SayAsync("b")).Text);
        var exception = await Assert.ThrowsAsync<ModelException>(() => talk.SayAsync("c"));
        Assert.Equal(ModelErrors.NoScript, exception.Failure.Code);
    }

    [Fact]
    public async Task GetResponse_FailTimes_GoesByTheAttempt()
    {
        var talk = ScriptedTalk.With("""
            {"default": {"answer": "well", "fail": {"code": "rate_limit_exceeded", "message": "Slow down.", "retry_after_ms": 70, "times": 2}}}
            """);
        talk.Messages.Add(new ChatMessage(ChatRole.User, "go"));

        foreach (var attempt in (int[])[1, 2, 1])
        {
            var failure = (await Assert.ThrowsAsync<ModelException>(() => talk.CallAsync(attempt))).Failure;
            Assert.Equal(
                new Failure { Code = "rate_limit_exceeded", Message = "Slow down.", Transient = true, RetryAfterMs = 70 }, failure);
        }

        Assert.Equal("well", (await talk.CallAsync(3)).Text);
    }

    [Fact]
    public async Task GetStreamingResponse_FailAfterTokens_BreaksInTheMiddle()
    {
        var client = new ScriptedModelProvider(TimeProvider.System).Create(
            ScriptedTalk.Model("""{"default": {"answer": "one two three four", "fail": {"after_tokens": 2}}}"""));
        var heard = new List<string>();

        var exception = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "x")]))
            {
                heard.Add(update.Text);
            }
        });

        Assert.Equal(["one", " two"], heard);
        Assert.Equal(ModelErrors.StreamBroken, exception.Failure.Code);
        Assert.True(exception.Failure.Transient);
    }

    [Theory]
    [InlineData(1, "The| cat|\n sat| \ton it.|  ")]
    [InlineData(2, "The cat|\n sat \ton| it.  ")]
    [InlineData(9, "The cat\n sat \ton it.  ")]
    public async Task GetStreamingResponse_Text_ComesInChunksOfTokens(int size, string expected)
    {
        var client = new ScriptedModelProvider(TimeProvider.System).Create(
            ScriptedTalk.Model($$"""{"tokens_per_chunk": {{size}}, "default": "The cat\n sat \ton it.  "}"""));

        var updates = await client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "x")]).ToListAsync();

        var chunks = updates.Select(update => update.Text).Where(text => text.Length > 0);
        Assert.Equal(expected.Replace("|", "", StringComparison.Ordinal), string.Concat(chunks));
        Assert.Equal(expected.Split('|').Length + (size == 1 ? 1 : 0), chunks.Count());
    }

    [Fact]
    public async Task GetResponse_Usage_IsCountedFromTheCharacters()
    {
        var talk = ScriptedTalk.With("""{"script": ["12345", {"answer": "x", "usage": {"input_tokens": 7, "cached_tokens": 3}}]}""");
        talk.Messages.Add(new ChatMessage(ChatRole.System, "1234"));

        var first = (await talk.SayAsync("12345")).Usage!;
        Assert.Equal((3, 2, 5), (first.InputTokenCount, first.OutputTokenCount, first.TotalTokenCount));
        var second = (await talk.SayAsync("again")).Usage!;
        Assert.Equal((7, 1, 8, 3), (second.InputTokenCount, second.OutputTokenCount, second.TotalTokenCount, second.CachedInputTokenCount));
    }

    [Fact]
    public async Task GetResponse_Always_NamesModelAndSource()
    {
        var response = await ScriptedTalk.With("""{"default": "x"}""", "my-model").SayAsync("y");

        Assert.Equal("my-model", response.ModelId);
        Assert.Equal("scripted", response.AdditionalProperties![ModelCallProperties.Source]);
    }

    [Fact]
    public async Task GetResponse_MaxOutputTokens_CutsTheAnswer()
    {
        var talk = ScriptedTalk.With("""{"default": "0123456😀89"}""");
        talk.Options.MaxOutputTokens = 2;

        var response = await talk.SayAsync("x");

        Assert.Equal("0123456", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(2, response.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task GetResponse_Cancelled_StopsAtOnce()
    {
        var client = new ScriptedModelProvider(TimeProvider.System).Create(ScriptedTalk.Model("""{"delay_ms": 3600000, "default": "x"}"""));
        using var cancel = new CancellationTokenSource();
        var response = client.GetResponseAsync([new ChatMessage(ChatRole.User, "x")], cancellationToken: cancel.Token);

        Assert.False(response.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
    }

    [Fact]
    public async Task GetStreamingResponse_Delays_RunOnTheGivenClock()
    {
        var clock = new ManualTimeProvider();
        var client = new ScriptedModelProvider(clock).Create(
            ScriptedTalk.Model("""{"delay_ms": 1000, "default": {"answer": "a b c d", "token_delay_ms": 50, "tokens_per_chunk": 3}}"""));
        await using var stream = client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "x")]).GetAsyncEnumerator();

        var first = stream.MoveNextAsync().AsTask();
        await clock.WhenArmedAsync();
        clock.Advance(TimeSpan.FromMilliseconds(1000));
        await clock.WhenArmedAsync();
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.True(await first);
        Assert.Equal("a b c", stream.Current.Text);

        var second = stream.MoveNextAsync().AsTask();
        await clock.WhenArmedAsync();
        clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.False(second.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await second);
        Assert.Equal(" d", stream.Current.Text);
    }

    [Fact]
    public async Task GetResponse_HugeTemplate_IsCut()
    {
        var talk = ScriptedTalk.With($$"""{"tokens_per_chunk": 10000, "default": "{{string.Concat(Enumerable.Repeat("{{last_user}}", 1000))}}"}""");

        Assert.Equal(1024 * 1024, (await talk.SayAsync(new string('x', 100_000))).Text.Length);
    }

    [Fact]
    public async Task GetResponse_PatternsThatCostTooMuchTogether_FailsInsteadOfMatchingAllOfThem()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 200).Select(static i => $$$"""{"when": {"matches": "(a|b){100}c{{{i}}}$"}}"""));
        var talk = ScriptedTalk.With($$"""{"rules": [{{rules}}], "default": "None."}""");

        Assert.Equal("None.", (await talk.SayAsync("ab")).Text);
        var exception = await Assert.ThrowsAsync<ModelException>(() => talk.SayAsync(new string('a', 100_000)));
        Assert.Equal(ModelErrors.ScriptTooExpensive, exception.Failure.Code);
        Assert.False(exception.Failure.Transient);
    }

    [Fact]
    public async Task GetResponse_ArgumentsThatRepeatALongInput_FailsInsteadOfBuildingThem()
    {
        var many = string.Join(", ", Enumerable.Repeat("\"{{last_user}}\"", 50));
        var talk = ScriptedTalk.With($$"""{"rules": [{"tool_calls": [{"name": "save", "arguments": {"all": [{{many}}] } }]}]}""");

        Assert.Equal("save", Assert.Single((await talk.SayAsync("short")).Messages[0].Contents.OfType<FunctionCallContent>()).Name);
        var exception = await Assert.ThrowsAsync<ModelException>(() => talk.SayAsync(new string('x', 100_000)));
        Assert.Equal(ModelErrors.ScriptTooExpensive, exception.Failure.Code);
    }
}
