using System.Text.Json;
using Actant.Anthropic;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

public sealed class AnthropicChatClientTests : VendorConformance
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FakeAnthropic _vendor = new();

    protected override FakeVendor Vendor => _vendor;

    protected override int InTheMiddle => 4;

    protected override string KeyVariable => "ANTHROPIC_API_KEY";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Call_Cache_IsCountedAsPartOfTheInput(bool streamed, bool repeatsUsage)
    {
        _vendor.RepeatsUsage = repeatsUsage;
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["x"], Usage = new VendorUsage(1000, 600, 300, 20, 0) } });

        var usage = (await CallAsync(streamed)).Usage!;

        Assert.Equal((1000, 600, 20, 1020), (usage.InputTokenCount, usage.CachedInputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
        Assert.Equal(300, usage.AdditionalCounts![ModelCallProperties.CacheWriteTokens]);
    }

    /// <summary>A whole answer where a stream was asked for is the answer.</summary>
    [Fact]
    public async Task Stream_WholeAnswerInstead_IsTheAnswer()
    {
        Vendor.Reply(new VendorReply
        {
            Raw = """
                {
                  "id": "msg_1", "type": "message", "role": "assistant", "model": "m-1",
                  "content": [
                    {"type": "thinking", "thinking": "Add them.", "signature": "c2ln"},
                    {"type": "text", "text": "I add them.", "citations": null},
                    {"type": "tool_use", "id": "toolu_1", "name": "add", "input": {"a": 1, "b": [2, "Köln"]}}
                  ],
                  "stop_reason": "tool_use", "stop_sequence": null,
                  "usage": {"input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": 7}
                }
                """,
        });

        var answer = await CallAsync(streamed: true, options: new ChatOptions { Tools = [Tool("add")] });

        var contents = answer.Messages.SelectMany(static message => message.Contents).ToList();
        Assert.Equal(("I add them.", "tool_calls"), (answer.Text, answer.FinishReason?.Value));
        Assert.Equal("Add them.", string.Concat(contents.OfType<TextReasoningContent>().Select(static thought => thought.Text)));
        var call = Assert.Single(contents.OfType<FunctionCallContent>());
        Assert.Equal(("toolu_1", "add", """{"a":1,"b":[2,"Köln"]}"""), (call.CallId, call.Name, JsonSerializer.Serialize(call.Arguments, s_relaxed)));
        Assert.Equal((107, 7, 20), (answer.Usage!.InputTokenCount, answer.Usage.CachedInputTokenCount, answer.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData("""{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}""", ModelErrors.Unavailable, true)]
    [InlineData("""{"type": "message", "content": "text"}""", ModelErrors.Malformed, false)]
    [InlineData("""{"type": "message", "content": [7]}""", ModelErrors.Malformed, false)]
    [InlineData("""[{"type": "message"}]""", ModelErrors.Malformed, false)]
    [InlineData("""{"type": "message", "content": [""", ModelErrors.Malformed, false)]
    public async Task Stream_WholeDocumentInstead_IsWhatItSays(string body, string code, bool transient)
    {
        Vendor.Reply(new VendorReply { Raw = body });

        var failure = await FailAsync(streamed: true);

        Assert.Equal((code, transient), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task Stream_CutInTheMiddle_HasToldWhatTheVendorCountedSoFar()
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Vendor.Reply(new VendorReply
        {
            Answer = new VendorAnswer { Deltas = ["a", "b"], Usage = new VendorUsage(1000, 0, 0, 20, 0) },
            After = InTheMiddle,
            Cuts = true,
            CutWhen = said.Task,
        });

        var counted = 0L;
        await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var update in Client().GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "x")]))
            {
                if (update.Text.Length > 0)
                {
                    said.TrySetResult();
                }

                counted += update.Contents.OfType<UsageContent>().Sum(usage => usage.Details.InputTokenCount ?? 0);
            }
        });

        Assert.Equal(1000, counted);
    }

    [Theory]
    [InlineData("end_turn", true, "stop")]
    [InlineData("stop_sequence", true, "stop")]
    [InlineData("max_tokens", false, "length")]
    [InlineData("refusal", true, "refusal")]
    [InlineData("refusal", false, "refusal")]
    [InlineData("model_context_window_exceeded", true, "length")]
    [InlineData("pause_turn", true, "other")]
    public async Task Call_Reason_IsOurWordForIt(string said, bool streamed, string reason)
    {
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["x"], Reason = said } });

        Assert.Equal(reason, (await CallAsync(streamed)).FinishReason?.Value);
    }

    [Fact]
    public async Task Stream_CallsWhoseBlocksNeverStop_EndWithTheMessage()
    {
        Vendor.Reply(Streamed(Start(0, "a"), Json(0, """{"x":"""), Start(1, "b"), Json(0, "1}"), Json(1, """{"x":2}"""), Stopped(1), Start(2, "c"), EndedFor("tool_use")));

        var response = await CallAsync(streamed: true, options: new ChatOptions { Tools = [Tool("look")] });

        var calls = response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>().OrderBy(static call => call.CallId, StringComparer.Ordinal);
        Assert.Equal(
            [("a", "look", "1"), ("b", "look", "2"), ("c", "look", null)],
            calls.Select(static call => (call.CallId, call.Name, call.Arguments!.TryGetValue("x", out var x) ? x?.ToString() : null)));
    }

    [Theory]
    [InlineData("", "Ulm")]
    [InlineData("""{"city":"Bonn"}""", "Bonn")]
    public async Task Stream_InputWholeAtTheStart_IsTheInputUnlessDeltasCome(string delta, string city)
    {
        var start = Start(0, "a").Replace("\"input\":{}", "\"input\":{\"city\":\"Ulm\"}", StringComparison.Ordinal);
        foreach (var stop in new[] { new[] { Stopped(0) }, [] })
        {
            Vendor.Reply(Streamed([start, Json(0, delta), .. stop, EndedFor("tool_use")]));

            var response = await CallAsync(streamed: true);

            var call = Assert.Single(response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>());
            Assert.Equal(city, call.Arguments!["city"]!.ToString());
        }
    }

    [Fact]
    public async Task Stream_HalfACharacterInTheInput_IsTheFaultOfThatCall()
    {
        Vendor.Reply(Streamed(Start(0, "a"), Json(0, """{"\ud800":1}"""), Stopped(0), Start(1, "b"), Json(1, """{"x":1}"""), Stopped(1), EndedFor("tool_use")));

        var calls = (await CallAsync(streamed: true)).Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>().ToList();

        Assert.Equal("""{"\ud800":1}""", calls[0].AdditionalProperties![ModelCallProperties.RawArguments]);
        Assert.Equal(("1", null), (calls[1].Arguments!["x"]!.ToString(), calls[1].Exception));
    }

    [Theory]
    [InlineData("null", 11)]
    [InlineData("""{"output_tokens":5}""", 15)]
    [InlineData("""{"output_tokens":"5"}""", 15)]
    [InlineData("""{"input_tokens":0,"output_tokens":5}""", 15)]
    [InlineData("""{"input_tokens":0,"output_tokens":0}""", 11)]
    [InlineData("""{"input_tokens":12.0,"output_tokens":5,"cache_read_input_tokens":null}""", 17)]
    public async Task Stream_CountsThatComeLater_TakeNothingBack(string usage, int total)
    {
        var delta = """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":USAGE}""".Replace("USAGE", usage, StringComparison.Ordinal);
        var reply = Streamed(delta);
        Vendor.Reply(reply with { Raw = reply.Raw!.Replace("\"input_tokens\":1,", "\"input_tokens\":\"10\",", StringComparison.Ordinal) });

        var response = await CallAsync(streamed: true);

        Assert.Equal((total, "stop"), (response.Usage!.TotalTokenCount, response.FinishReason?.Value));
    }

    [Fact]
    public async Task Stream_EndWithoutAReason_IsWhole()
    {
        const string NoReason = """{"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":null},"usage":{"output_tokens":2}}""";
        foreach (var (events, reason) in new[] { (new[] { NoReason }, "stop"), ([], "stop"), ([Start(0, "a"), Json(0, "{}"), Stopped(0), NoReason], "tool_calls") })
        {
            Vendor.Reply(Streamed(events));

            Assert.Equal(reason, (await CallAsync(streamed: true)).FinishReason?.Value);
        }
    }

    [Theory]
    [InlineData("""{"x":1""")]
    [InlineData("7")]
    public async Task Stream_CallThatNeverEnds_IsMalformed(string json)
    {
        Vendor.Reply(Streamed(Start(0, "a"), Json(0, json), EndedFor("tool_use")));

        Assert.Equal(ModelErrors.Malformed, (await FailAsync(streamed: true)).Code);
    }

    [Fact]
    public async Task Stream_CallThatNeverEndsInACutAnswer_IsCutAndKept()
    {
        Vendor.Reply(Streamed(Start(0, "a"), Json(0, """{"x":1"""), EndedFor("max_tokens")));

        var response = await CallAsync(streamed: true);

        var call = Assert.Single(response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("length", """{"x":1"""), (response.FinishReason?.Value, call.AdditionalProperties![ModelCallProperties.RawArguments]));
    }

    [Fact]
    public async Task Call_InstructionsInsideTheConversation_StandBeforeIt()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: false, [
            new ChatMessage(ChatRole.System, "Be kind."),
            new ChatMessage(ChatRole.User, "Hello."),
            new ChatMessage(ChatRole.Assistant, "Hi."),
            new ChatMessage(ChatRole.System, "Be brief."),
            new ChatMessage(ChatRole.User, "And now?"),
        ]);

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.Equal(["Be kind.", "Be brief."], body.GetProperty("system").EnumerateArray().Select(static block => block.GetProperty("text").GetString()));
        Assert.Equal(["user", "assistant", "user"], body.GetProperty("messages").EnumerateArray().Select(static message => message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Call_Conversation_IsSentInTheVendorsWords()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: false, [
            new ChatMessage(ChatRole.System, "Be kind."),
            new ChatMessage(ChatRole.User, [new TextContent("What is this?"), new UriContent("https://example.org/a.png", "image/*"), new DataContent("data:image/png;base64,AAAA")]),
            new ChatMessage(ChatRole.Assistant, [new TextContent("Let me see."), new FunctionCallContent("c1", "look", new Dictionary<string, object?> { ["x"] = 1 }), new FunctionCallContent("c2", "look")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "a cat")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c2", "a dog")]),
        ]);

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""[{"type": "text", "text": "Be kind."}]"""), body.GetProperty("system")), body.GetRawText());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""
            [
              {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}]},
              {"role": "assistant", "content": [
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "c1", "name": "look", "input": {"x": 1}},
                {"type": "tool_use", "id": "c2", "name": "look", "input": {}}]},
              {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "a cat", "is_error": false},
                {"type": "tool_result", "tool_use_id": "c2", "content": "a dog", "is_error": false}]}
            ]
            """), body.GetProperty("messages")), body.GetRawText());
    }

    [Fact]
    public async Task Call_PartWithoutAWordForIt_IsRefusedAndNotLeftOut()
    {
        var failed = await Assert.ThrowsAsync<ModelException>(() => CallAsync(streamed: true, [new ChatMessage(ChatRole.User, [new TextContent("?"), new DataContent("data:audio/wav;base64,AAAA")])]));

        Assert.Equal((ModelErrors.Rejected, false), (failed.Failure.Code, failed.Failure.Transient));
        Assert.Equal(0, Vendor.Requests.Count);
    }

    [Fact]
    public async Task Call_Pdf_IsSentAsADocument()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [new ChatMessage(ChatRole.User, [new TextContent("?"), new DataContent("data:application/pdf;base64,JVBERi0=")])]);

        var part = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages")[0].GetProperty("content")[1];
        Assert.Equal(("document", "application/pdf"), (part.GetProperty("type").GetString(), part.GetProperty("source").GetProperty("media_type").GetString()));
    }

    [Fact]
    public async Task Call_PartsOfAResult_AreBlocksOfIt()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.User, "?"),
            new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c1", "look"), new FunctionCallContent("c2", "look")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", new List<AIContent>
            {
                new TextContent("seen"), new DataContent("data:image/png;base64,AAAA"), new DataContent("data:application/pdf;base64,JVBERi0="),
                new DataContent("data:audio/mpeg;base64,AAAA"), new UriContent("https://example.org/a.mp4", "video/mp4"),
            })]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c2", "plain")]),
        ]);

        var results = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages")[2].GetProperty("content");
        Assert.Equal(["c1", "c2"], results.EnumerateArray().Select(static result => result.GetProperty("tool_use_id").GetString()));
        var blocks = results[0].GetProperty("content");
        Assert.Equal(["text", "image", "document", "text", "text"], blocks.EnumerateArray().Select(static block => block.GetProperty("type").GetString()));
        Assert.Equal("AAAA", blocks[1].GetProperty("source").GetProperty("data").GetString());
        Assert.Equal("[audio/mpeg, 3 bytes]", blocks[3].GetProperty("text").GetString());
        Assert.Equal("[video/mp4: https://example.org/a.mp4]", blocks[4].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Call_WithoutBound_SendsTheDefault()
    {
        Vendor.Reply(VendorReply.Say("ok"));

        await CallAsync(streamed: true);

        Assert.Equal(4096, MaxTokens((await Vendor.Requests.NextAsync()).Body));
    }

    [Fact]
    public async Task Call_Options_AreSent()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        var model = Model() with { Options = JsonElement.Parse("""{"top_k": 5, "tool_choice": "weather", "parallel_tool_calls": false}""") };

        await Client(model).GetResponseAsync([new ChatMessage(ChatRole.User, "x")], new ChatOptions { Tools = [Tool("weather")] });

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.Equal(5, body.GetProperty("top_k").GetInt32());
        Assert.Equal(("tool", "weather", true), (
            body.GetProperty("tool_choice").GetProperty("type").GetString(),
            body.GetProperty("tool_choice").GetProperty("name").GetString(),
            body.GetProperty("tool_choice").GetProperty("disable_parallel_tool_use").GetBoolean()));
    }

    [Fact]
    public void Check_TemperatureAboveOne_IsOutOfRange()
    {
        var problem = Assert.Single(Provider(FakeVendor.Key).Check(Model() with { Temperature = 1.5f }));

        Assert.Equal(("$.temperature", DefinitionErrors.OutOfRange), (problem.Path, problem.Code));
    }

    protected override IModelProvider Provider(string? key, Uri? address = null, HttpMessageHandler? handler = null, string? name = null) => new AnthropicModelProvider(
        new ModelEndpoint { Name = name ?? "anthropic", Address = address ?? Vendor.Address, ApiKey = key, KeyVariable = KeyVariable }, Time, handler);

    protected override void AssertEchoed(JsonElement messages, string thinking, string signature)
    {
        var first = messages.EnumerateArray().Single(static message => message.GetProperty("role").GetString() == "assistant").GetProperty("content")[0];
        Assert.Equal(("thinking", thinking, signature), (first.GetProperty("type").GetString(), first.GetProperty("thinking").GetString(), first.GetProperty("signature").GetString()));
    }

    protected override VendorReply CallEndedFor(string ours, string theirs) =>
        Streamed(Start(0, "a", "calculator"), Json(0, """{"operation":"add","a":1,"b":2}"""), Stopped(0), EndedFor(theirs), EndedFor("tool_use"));

    private static VendorReply Streamed(params string[] events) => new()
    {
        RawType = "text/event-stream",
        Raw = string.Concat(new[] { """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}""" }
            .Concat(events).Append("""{"type":"message_stop"}""")
            .Select(static json => $"event: {JsonElement.Parse(json).GetProperty("type").GetString()}\ndata: {json}\n\n")),
    };

    private static string Start(int index, string id, string name = "look") =>
        $$$"""{"type":"content_block_start","index":{{{index}}},"content_block":{"type":"tool_use","id":"{{{id}}}","name":"{{{name}}}","input":{} } }""";

    private static string Json(int index, string piece) =>
        $$$"""{"type":"content_block_delta","index":{{{index}}},"delta":{"partial_json":{{{JsonSerializer.Serialize(piece)}}},"type":"input_json_delta"}}""";

    private static string Stopped(int index) => $$"""{"type":"content_block_stop","index":{{index}}}""";

    private static string EndedFor(string reason) =>
        $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":2}}""";

    protected override int MaxTokens(JsonElement body) => body.GetProperty("max_tokens").GetInt32();

    protected override JsonElement Stop(JsonElement body) => body.GetProperty("stop_sequences");

    protected override JsonElement Schema(JsonElement tool) => tool.GetProperty("input_schema");
}
