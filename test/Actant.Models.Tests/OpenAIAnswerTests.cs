using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Testing;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>Answers of servers that speak nearly like OpenAI.</summary>
[Trait("Row", "L1")]
public sealed class OpenAIAnswerTests : IAsyncLifetime
{
    private const string Half = """data: {"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"role":"assistant","content":"hello"}}]}""";

    private readonly FakeOpenAI _vendor = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _vendor.StartAsync();

    public async ValueTask DisposeAsync() => await _vendor.DisposeAsync();

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("eos", "stop")]
    [InlineData("end_turn", "stop")]
    [InlineData("STOP", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("length", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("function_call", "tool_calls")]
    [InlineData("tired", "other")]
    public async Task Call_Reason_IsOurWordForIt(string said, string reason)
    {
        foreach (var streamed in new[] { true, false })
        {
            var response = await CallAsync(new VendorReply { Answer = new VendorAnswer { Deltas = ["hello"], Reason = said } }, streamed);

            Assert.Equal(("hello", reason), (response.Text, response.FinishReason?.Value));
        }
    }

    [Theory]
    [InlineData("insufficient_system_resource")]
    [InlineData("abort")]
    [InlineData("error")]
    public async Task Call_ReasonThatSaysThatTheServerFailed_IsAskedForAgain(string said)
    {
        foreach (var streamed in new[] { true, false })
        {
            var failed = await Assert.ThrowsAsync<ModelException>(() => CallAsync(new VendorReply { Answer = new VendorAnswer { Deltas = ["hel"], Reason = said } }, streamed));

            Assert.Equal((ModelErrors.Unavailable, true), (failed.Failure.Code, failed.Failure.Transient));
        }
    }

    [Fact]
    public async Task Stream_ReasonEmptyUntilTheEnd_IsNone()
    {
        var response = await StreamAsync("""
            data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"hel"},"finish_reason":""}]}
            data: {"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":""}]}
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
            data: [DONE]
            """);

        Assert.Equal(("hello", "stop"), (response.Text, response.FinishReason?.Value));
    }

    [Fact]
    public async Task Stream_DoneWithoutAReason_IsWhole()
    {
        var text = await StreamAsync($"{Half}\ndata: [DONE]");
        var call = await StreamAsync("""
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"pay","arguments":"{}"}}]}}]}
            data: [DONE]
            """);

        Assert.Equal(("hello", "stop"), (text.Text, text.FinishReason?.Value));
        Assert.Equal("tool_calls", call.FinishReason?.Value);
        Assert.Single(call.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>());
    }

    [Fact]
    public async Task Stream_NeitherDoneNorAReason_BrokeOff() =>
        Assert.Equal(ModelErrors.StreamBroken, (await Assert.ThrowsAsync<ModelException>(() => StreamAsync(Half))).Failure.Code);

    [Theory]
    [InlineData("[100,1],[100,2],[100,5]")]
    [InlineData("[100,5],[100,5]")]
    [InlineData("[100,5],[100,2]")]
    [InlineData("[100,5],[0,0]")]
    [InlineData("[100,5],[\"0\",null]")]
    [InlineData("[\"100\",\"5\"]")]
    [InlineData("[-1,5],[100,0]")]
    [InlineData("[1e15,5],[100,5],[1e15,5]")]
    public async Task Stream_UsageToldMoreThanOnce_CountsOnceAndTheLargest(string told)
    {
        var chunks = told.Split("],[").Select(static pair => pair.Trim('[', ']').Split(',')).Select(static pair =>
            $$$"""data: {"choices":[{"index":0,"delta":{"content":"w"},"finish_reason":null}],"usage":{"prompt_tokens":{{{pair[0]}}},"completion_tokens":{{{pair[1]}}}}}""");
        var response = await StreamAsync(string.Join('\n', [.. chunks, """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "data: [DONE]"]));

        Assert.Equal((100, 5, 105), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Call_MoreCallsThanAnybodyMakes_IsMalformedAndCounted()
    {
        var calls = string.Join(',', Enumerable.Range(0, 129).Select(static i => $$$"""{"index":{{{i}}},"id":"c{{{i}}}","type":"function","function":{"name":"pay","arguments":"{}"}}"""));
        var streamed = new VendorReply
        {
            Raw = $$$"""
                data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{{{calls}}}]}}]}

                data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                data: {"id":"x","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":5}}

                data: [DONE]


                """,
            RawType = "text/event-stream",
        };
        var whole = new VendorReply
        {
            Raw = $$$"""{"id":"x","choices":[{"index":0,"message":{"content":null,"tool_calls":[{{{calls}}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":100,"completion_tokens":5}}""",
        };
        foreach (var reply in new[] { streamed, whole })
        {
            var counted = 0L;
            _vendor.Reply(reply);
            var failed = await Assert.ThrowsAsync<ModelException>(async () =>
            {
                using var provider = new OpenAIModelProvider(new ModelEndpoint { Name = "house", Address = _vendor.Address, ApiKey = FakeVendor.Key }, new ManualTimeProvider());
                using var client = provider.Create(new() { Provider = "house", ModelName = "m-1" });
                await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "x")], cancellationToken: Token))
                {
                    Assert.Empty(update.Contents.OfType<FunctionCallContent>());
                    counted += update.Contents.OfType<UsageContent>().Sum(static usage => usage.Details.TotalTokenCount ?? 0);
                }
            });

            Assert.Equal((ModelErrors.Malformed, 105), (failed.Failure.Code, counted));
        }
    }

    [Theory]
    [InlineData("""{"index":0,"id":"c","function":{"name":"calc","arguments":""}}|{"index":0,"function":{"name":"ulator","arguments":""}}|{"index":0,"function":{"arguments":"{}"}}""", "calculator")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"calc"}}|{"index":0,"id":"c","function":{"name":"ulator"}}|{"index":0,"function":{"arguments":"{}"}}""", "calculator")]
    [InlineData("""{"index":0,"function":{"name":"calc"}}|{"index":0,"function":{"name":"ula"}}|{"index":0,"function":{"name":"tor","arguments":"{}"}}""", "calculator")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"calculator","arguments":""}}|{"index":0,"function":{"name":"calculator","arguments":""}}|{"index":0,"function":{"name":"calculator","arguments":"{}"}}""", "calculator")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"calc"}}|{"index":0,"id":"c","function":{"name":"calculator"}}|{"index":0,"id":"c","function":{"name":"calculator","arguments":"{}"}}""", "calculator")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"calculator","arguments":"{"}}|{"index":0,"function":{"name":"calc","arguments":"}"}}""", "calculator")]
    [InlineData("""{"function":{"name":"look"}}|{"function":{"name":"pay"}}""", "look,pay")]
    [InlineData("""{"index":0,"id":"a","function":{"name":"look"}}|{"index":0,"id":"b","function":{"name":"pay"}}""", "look,pay")]
    public async Task Stream_NameInPieces_IsJoinedAndNeverDoubled(string pieces, string names)
    {
        var chunks = pieces.Split('|').Select(static piece => $$$"""data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{{{piece}}}]}}]}""");
        var response = await StreamAsync(string.Join('\n', [.. chunks, """data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""", "data: [DONE]"]));

        Assert.Equal(names, string.Join(',', CallsOf(response).Select(static call => call.Name)));
    }

    [Theory]
    [InlineData("""{\"\\ud800\":1}""")]
    [InlineData("""{\"a\":\"\\udc00\"}""")]
    public async Task Stream_HalfACharacterInTheArguments_IsTheFaultOfThatCall(string arguments)
    {
        var response = await StreamAsync($$$"""
            data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"pay","arguments":"{{{arguments}}}"}},{"index":1,"id":"b","function":{"name":"pay","arguments":"{\"n\":1}"}}]}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            data: [DONE]
            """);

        var calls = CallsOf(response);
        Assert.NotNull(calls[0].Exception);
        Assert.Equal(("1", null), (calls[1].Arguments!["n"]!.ToString(), calls[1].Exception));
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("true", "true")]
    [InlineData("""{"type":"text","text":"x"}""", "x")]
    [InlineData("""["a",{"type":"text","text":"b"},5]""", "ab5")]
    [InlineData("""{"answer":5}""", null)]
    public async Task Call_ContentThatIsNoText_IsReadOrMalformed(string content, string? text)
    {
        foreach (var streamed in new[] { true, false })
        {
            var reply = new VendorReply { Raw = $$$"""{"id":"x","choices":[{"index":0,"message":{"content":{{{content}}} },"finish_reason":"stop"}]}""" };
            if (text is not null)
            {
                Assert.Equal(text, (await CallAsync(reply, streamed)).Text);
                continue;
            }

            Assert.Equal(ModelErrors.Malformed, (await Assert.ThrowsAsync<ModelException>(() => CallAsync(reply, streamed))).Failure.Code);
        }
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("tool_calls")]
    public async Task Stream_Refusal_IsTheTextAndTheReason(string reason)
    {
        var response = await StreamAsync($$$"""
            data: {"choices":[{"index":0,"delta":{"refusal":"I cannot "}}]}
            data: {"choices":[{"index":0,"delta":{"refusal":"help."},"finish_reason":"{{{reason}}}"}]}
            data: [DONE]
            """);

        Assert.Equal(("I cannot help.", "refusal"), (response.Text, response.FinishReason?.Value));
    }

    [Fact]
    public async Task Stream_CallsThatShareAnIndex_AreSeveral()
    {
        var response = await StreamAsync("""
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"pay","arguments":"{\"n\":"}}]}}]}
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}}]}
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"pay","arguments":"{\"n\":2}"}}]}}]}
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            data: [DONE]
            """);

        var calls = response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>();
        Assert.Equal([("a", "1"), ("b", "2")], calls.Select(static call => (call.CallId, call.Arguments!["n"]!.ToString()!)));
    }

    [Theory]
    [InlineData("""{"function":{"name":"pay","arguments":"{\"n\":1}"}}|{"function":{"name":"pay","arguments":"{\"n\":2}"}}""", "1,2")]
    [InlineData("""{"id":"","function":{"name":"pay","arguments":"{\"n\":1}"}}|{"id":"","function":{"name":"pay","arguments":"{\"n\":2}"}}""", "1,2")]
    [InlineData("""{"id":"call_0","function":{"name":"pay","arguments":"{\"n\":1}"}}|{"id":"call_0","function":{"name":"pay","arguments":"{\"n\":2}"}}""", "1,2")]
    [InlineData("""{"index":0,"id":"","function":{"name":"pay","arguments":"{\"n\":\"}\\\"\"}"}}|{"index":0,"id":"","function":{"name":"pay","arguments":"{\"n\":2}"}}""", "}\",2")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"pay","arguments":"{}"}}|{"index":0,"id":"c","function":{"name":"pay","arguments":"{}"}}""", "-,-")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"pay","arguments":""}}|{"index":0,"id":"c","function":{"name":"pay","arguments":""}}""", "-,-")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"pay","arguments":"{\"n\":1}"}}|{"index":0,"id":"c","function":{"name":"pay","arguments":""}}|{"index":0,"function":{"arguments":"{\"n\":2}"}}""", "1,2")]
    [InlineData("""{"index":0,"id":"a","function":{"name":"pay","arguments":"{\"n\":1}"}}|{"index":0,"id":"b","function":{"name":"pay","arguments":"{\"n\":"}}|{"index":1,"function":{"name":"pay","arguments":"{\"n\":3}"}}|{"index":0,"function":{"arguments":"2}"}}""", "1,2,3")]
    [InlineData("""{"index":2147483647,"id":"a","function":{"name":"pay","arguments":"{}"}}|{"index":2147483647,"id":"b","function":{"name":"pay","arguments":"{}"}}|{"index":2147483647,"id":"c","function":{"name":"pay","arguments":"{}"}}""", "-,-,-")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"pay","arguments":""}}|{"index":0,"id":"c","function":{"name":"pay","arguments":"{\"n\":"}}|{"index":0,"id":"c","function":{"name":"pay","arguments":"1}"}}|{"index":0,"id":"c","function":{"name":"","arguments":""}}""", "1")]
    [InlineData("""{"index":0,"id":"c","function":{"name":"pay"}}|{"index":0,"id":"c","function":{"name":"pay","arguments":""}}|{"index":0,"function":{"arguments":"{\"n\":\"{}\""}}|{"index":0,"id":"c","function":{"name":"pay","arguments":"}"}}""", "{}")]
    public async Task Stream_CallsWithoutAnIndexOrIdOfTheirOwn_AreToldApart(string pieces, string numbers)
    {
        var chunks = pieces.Split('|').Select(static piece => $$$"""data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{{{piece}}}]}}]}""");
        var response = await StreamAsync(string.Join('\n', [.. chunks, """data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""", "data: [DONE]"]));

        var calls = CallsOf(response);
        Assert.All(calls, static call => Assert.Equal(("pay", null), (call.Name, call.Exception)));
        Assert.Equal(numbers, string.Join(',', calls.Select(static call => call.Arguments!.TryGetValue("n", out var n) ? n!.ToString() : "-")));
    }

    [Fact]
    public async Task Call_CallInTheFormBeforeThereWereSeveral_IsACall()
    {
        var streamed = await StreamAsync("""
            data: {"id":"x","choices":[{"index":0,"delta":{"content":null,"tool_calls":[],"function_call":{"name":"pay","arguments":""}}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{"function_call":{"arguments":"{\"n\":"}}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{"function_call":{"arguments":"1}"}}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"function_call"}]}
            data: [DONE]
            """);
        var whole = await CallAsync(new VendorReply
        {
            Raw = """{"id":"x","choices":[{"index":0,"message":{"content":null,"function_call":{"name":"pay","arguments":"{\"n\":1}"}},"finish_reason":"function_call"}]}""",
            RawType = "application/json",
        }, streamed: false);

        foreach (var response in new[] { streamed, whole })
        {
            var call = Assert.Single(CallsOf(response));
            Assert.Equal(("pay", "1", "tool_calls"), (call.Name, call.Arguments!["n"]!.ToString(), response.FinishReason?.Value));
        }
    }

    [Theory]
    [InlineData("\"null\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public async Task Call_ArgumentsThatAreNone_AreNone(string arguments)
    {
        const string Call = """{"index":0,"id":"a","type":"function","function":{"name":"now","arguments":ARGUMENTS}}""";
        var call = Call.Replace("ARGUMENTS", arguments, StringComparison.Ordinal);
        var streamed = await StreamAsync($$$"""
            data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{{{call}}}]}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
            data: [DONE]
            """);
        var whole = await CallAsync(new VendorReply
        {
            Raw = $$$"""{"id":"x","choices":[{"index":0,"message":{"content":null,"tool_calls":[{{{call}}}]},"finish_reason":"tool_calls"}]}""",
            RawType = "application/json",
        }, streamed: false);

        foreach (var response in new[] { streamed, whole })
        {
            var made = Assert.Single(CallsOf(response));
            Assert.Equal(("now", null, 0), (made.Name, made.Exception, made.Arguments?.Count ?? 0));
        }
    }

    [Fact]
    public async Task Stream_CountsThatCannotBe_AreHandedOnAsTheyWereTold()
    {
        var response = await StreamAsync("""
            data: {"id":"x","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":-7,"completion_tokens":1e30}}
            data: [DONE]
            """);

        // Who counts judges and says so; made into nothing here, nobody would hear of it.
        Assert.Equal((-7L, 1_000_000_000_000_000L), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
    }

    [Fact]
    public async Task Stream_CallInBothForms_IsOne()
    {
        var response = await StreamAsync("""
            data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"pay","arguments":"{}"}}],"function_call":{"name":"pay","arguments":"{}"}}}]}
            data: {"id":"x","choices":[{"index":0,"delta":{"function_call":{"name":"pay","arguments":"{}"}},"finish_reason":"tool_calls"}]}
            data: [DONE]
            """);

        Assert.Equal("a", Assert.Single(CallsOf(response)).CallId);
    }

    [Fact]
    public async Task Stream_OtherChoicesThanTheFirst_AreNoPartOfTheAnswer()
    {
        var response = await StreamAsync("""
            data: {"id":"x","choices":[{"index":1,"delta":{"content":"no"}}]}
            data: {"id":"x","choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"hel"}}]}
            data: {"id":"x","choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"length"}]}
            data: {"id":"x","choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}
            data: [DONE]
            """);

        Assert.Equal(("hello", "stop"), (response.Text, response.FinishReason?.Value));
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/json; charset=utf-8")]
    public async Task Stream_WholeAnswerInItsPlace_IsTheAnswer(string type)
    {
        var response = await CallAsync(
            new VendorReply
            {
                Raw = """
                     {"id":"x","object":"chat.completion","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],
                     "usage":{"prompt_tokens":3,"completion_tokens":2}}
                    """,
                RawType = type,
            },
            streamed: true);

        Assert.Equal(("hello", "stop", 5), (response.Text, response.FinishReason?.Value, response.Usage!.TotalTokenCount));
    }

    [Theory]
    [InlineData("""{"error":{"message":"Insufficient balance, please recharge","type":"insufficient_quota"}}""", ModelErrors.QuotaExceeded, "please recharge")]
    [InlineData("""[{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}]""", ModelErrors.RateLimited, "slow down")]
    [InlineData("""{"code":401,"msg":"token expired"}""", ModelErrors.Unauthorized, "key")]
    [InlineData("\uFEFF <!DOCTYPE html><html><head><title>Log in to the proxy</title></head></html>", ModelErrors.Malformed, "Log in to the proxy")]
    public async Task Call_SomethingElseUnderAStatusThatSaysAllIsWell_IsWhatItIs(string body, string code, string words)
    {
        foreach (var streamed in new[] { true, false })
        {
            var failed = await Assert.ThrowsAsync<ModelException>(() => CallAsync(new VendorReply { Raw = body, RawType = "text/event-stream" }, streamed));

            Assert.Equal(code, failed.Failure.Code);
            Assert.Contains(words, failed.Failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"message":"quota exceeded","type":"insufficient_quota","code":"insufficient_quota"}""", ModelErrors.QuotaExceeded, false)]
    [InlineData("""{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}""", ModelErrors.ContextLengthExceeded, false)]
    [InlineData("""{"object":"error","message":"best_of must be 1","type":"BadRequestError","code":400}""", ModelErrors.Rejected, false)]
    [InlineData("""{"code":429,"message":"Rate limit exceeded: free-models-per-min"}""", ModelErrors.RateLimited, true)]
    [InlineData("""{"code":"server_error","message":"Provider disconnected unexpectedly"}""", ModelErrors.Unavailable, true)]
    public async Task Stream_ErrorInIt_IsToldApart(string error, string code, bool transient)
    {
        var failed = await Assert.ThrowsAsync<ModelException>(() => StreamAsync($"{Half}\ndata: {{\"error\":{error}}}"));

        Assert.Equal((code, transient), (failed.Failure.Code, failed.Failure.Transient));
    }

    [Fact]
    public async Task Stream_EmptyChunksAndCountsThatAreFractionsOrBesideTheChoice_AreRead()
    {
        var response = await StreamAsync($$$"""
            {{{Half}}}
            data: null
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":100.0,"completion_tokens":5.0}}]}
            data: [DONE]
            """);

        Assert.Equal(("hello", 100, 5), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    private static List<FunctionCallContent> CallsOf(ChatResponse response) =>
        [.. response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()];

    private Task<ChatResponse> StreamAsync(string lines) =>
        CallAsync(new VendorReply { Raw = string.Join("\n\n", lines.Split('\n')) + "\n\n", RawType = "text/event-stream" }, streamed: true);

    private async Task<ChatResponse> CallAsync(VendorReply reply, bool streamed)
    {
        _vendor.Reply(reply);
        using var provider = new OpenAIModelProvider(new ModelEndpoint { Name = "house", Address = _vendor.Address, ApiKey = FakeVendor.Key }, new ManualTimeProvider());
        using var client = provider.Create(new() { Provider = "house", ModelName = "m-1" });
        ChatMessage[] asked = [new(ChatRole.User, "x")];
        return streamed
            ? await client.GetStreamingResponseAsync(asked, cancellationToken: Token).ToChatResponseAsync(Token)
            : await client.GetResponseAsync(asked, cancellationToken: Token);
    }
}
