using System.Text.Json;
using Actant.LanguageModels;
using Actant.OpenAI;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

public sealed class OpenAIChatClientTests : VendorConformance
{
    protected override FakeVendor Vendor { get; } = new FakeOpenAI();

    protected override int InTheMiddle => 2;

    protected override string KeyVariable => "OPENAI_API_KEY";

    [Fact]
    public async Task Call_Reasoning_IsCounted()
    {
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["42"], Usage = new VendorUsage(11, 0, 0, 300, 256) } });

        Assert.Equal(256, (await CallAsync(streamed: true)).Usage!.ReasoningTokenCount);
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

        var messages = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""
            [
              {"role": "system", "content": "Be kind."},
              {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
              {"role": "assistant", "content": "Let me see.", "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\"x\":1}"}},
                {"id": "c2", "type": "function", "function": {"name": "look", "arguments": "{}"}}]},
              {"role": "tool", "tool_call_id": "c1", "content": "a cat"},
              {"role": "tool", "tool_call_id": "c2", "content": "a dog"}
            ]
            """), messages), messages.GetRawText());
    }

    [Fact]
    public async Task Call_AudioAndFiles_AreSentInTheVendorsWords()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.User, [
                new DataContent("data:audio/mpeg;base64,AAAA"), new DataContent("data:application/pdf;base64,JVBERi0=") { Name = "a.pdf" }, new HostedFileContent("file-1")]),
        ]);

        var content = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages")[0].GetProperty("content");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""
            [
              {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
              {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}},
              {"type": "file", "file": {"file_id": "file-1"}}
            ]
            """), content), content.GetRawText());
    }

    [Fact]
    public async Task Call_PartsOfResults_AreNamedThereAndShownBehindThem()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c1", "look"), new FunctionCallContent("c2", "look")]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", new List<AIContent>
            {
                new TextContent("seen"), new DataContent("data:image/png;base64,AAAA"), new UriContent("https://example.org/a.mp4", "video/mp4"),
            })]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c2", new List<AIContent> { new TextContent("a"), new TextContent("b") })]),
            new ChatMessage(ChatRole.User, "?"),
        ]);

        var messages = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""
            [
              {"role": "tool", "tool_call_id": "c1", "content": "seen\n[image/png, 3 bytes]\n[video/mp4: https://example.org/a.mp4]"},
              {"role": "tool", "tool_call_id": "c2", "content": "a\nb"},
              {"role": "user", "content": [
                {"type": "text", "text": "From the result of c1:"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]},
              {"role": "user", "content": "?"}
            ]
            """), JsonElement.Parse($"[{string.Join(',', messages.EnumerateArray().Skip(1).Select(static message => message.GetRawText()))}]")), messages.GetRawText());
    }

    [Fact]
    public async Task Call_CallWithArgumentsThatAreNoJson_IsSentAsItWasWritten()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.Assistant, [
                new FunctionCallContent("c1", "look", new Dictionary<string, object?> { ["arguments"] = "{\"city\": Ulm" }) { AdditionalProperties = new() { [ModelCallProperties.RawArguments] = "{\"city\": Ulm" } }]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", "no JSON")]),
        ]);

        var call = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages")[0].GetProperty("tool_calls")[0];
        Assert.Equal("{\"city\": Ulm", call.GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Call_ImageWithDetail_IsSentWithIt()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.User, [new UriContent("https://example.org/a.png", "image/*") { AdditionalProperties = new() { [ModelCallProperties.Detail] = "low" } }]),
        ]);

        var image = (await Vendor.Requests.NextAsync()).Body.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("image_url");
        Assert.Equal("low", image.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Call_PartWithoutAWordForIt_IsRefusedAndNotLeftOut()
    {
        var failed = await Assert.ThrowsAsync<ModelException>(() => CallAsync(streamed: true, [new ChatMessage(ChatRole.User, [new TextContent("?"), new UriContent("https://example.org/a.pdf", "application/pdf")])]));

        Assert.Equal((ModelErrors.Rejected, false), (failed.Failure.Code, failed.Failure.Transient));
        Assert.Equal(0, Vendor.Requests.Count);
    }

    [Fact]
    public async Task Call_Options_AreSent()
    {
        // What "extra" is for: members that only some server knows.
        Vendor.IsStrict = false;
        Vendor.Reply(VendorReply.Say("ok"));
        var model = Model() with
        {
            Options = JsonElement.Parse("""{"seed": 7, "reasoning_effort": "low", "presence_penalty": 1, "user": "ada", "extra": {"num_ctx": 4096, "nested": {"a": [1]}}}"""),
        };

        await Client(model).GetResponseAsync([new ChatMessage(ChatRole.User, "x")]);

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.Equal(
            (7, "low", 1, "ada", 4096, """{"a": [1]}"""),
            (body.GetProperty("seed").GetInt32(), body.GetProperty("reasoning_effort").GetString(), body.GetProperty("presence_penalty").GetInt32(),
                body.GetProperty("user").GetString(), body.GetProperty("num_ctx").GetInt32(), body.GetProperty("nested").GetRawText()));
    }

    [Fact]
    public async Task Call_JsonSchema_IsSentAsResponseFormat()
    {
        Vendor.Reply(VendorReply.Say("{}"));

        await CallAsync(streamed: false, options: new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object"}"""), "sum") });

        var format = (await Vendor.Requests.NextAsync()).Body.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.Equal("sum", format.GetProperty("json_schema").GetProperty("name").GetString());
        Assert.Equal("object", format.GetProperty("json_schema").GetProperty("schema").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Call_CompatibleServer_HearsTheOlderNamesAndItsOwnHeaders()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        using var provider = new OpenAIModelProvider(
            new ModelEndpoint
            {
                Name = "azure",
                Address = Vendor.Address,
                ApiKey = FakeVendor.Key,
                KeyHeader = "api-key",
                UsesMaxTokens = true,
                Headers = new Dictionary<string, string> { ["X-Team"] = "blue" },
            },
            Time);

        await provider.Create(Model() with { MaxOutputTokens = 9 }).GetResponseAsync([new ChatMessage(ChatRole.User, "x")]);

        var request = await Vendor.Requests.NextAsync();
        Assert.Equal((FakeVendor.Key, "blue"), (request.Headers["api-key"], request.Headers["X-Team"]));
        Assert.False(request.Headers.ContainsKey("Authorization"));
        Assert.Equal(9, request.Body.GetProperty("max_tokens").GetInt32());
        Assert.False(request.Body.TryGetProperty("max_completion_tokens", out _));
    }

    [Fact]
    public async Task Call_ServerWithoutKey_GetsNone()
    {
        using var provider = new OpenAIModelProvider(new ModelEndpoint { Name = "ollama", Address = Vendor.Address }, Time);

        Assert.Empty(provider.Check(Model()));
        await Assert.ThrowsAsync<ModelException>(() => provider.Create(Model()).GetResponseAsync([new ChatMessage(ChatRole.User, "x")]));
        Assert.False((await Vendor.Requests.NextAsync()).Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("""{"extra": {"messages": []}}""", "$.options.extra.messages", "out_of_range")]
    [InlineData("""{"extra": {"a.b": 1}}""", "$.options.extra.a.b", "out_of_range")]
    [InlineData("""{"extra": []}""", "$.options.extra", "wrong_type")]
    [InlineData("""{"seed": 1.5}""", "$.options.seed", "out_of_range")]
    [InlineData("""{"presence_penalty": 3}""", "$.options.presence_penalty", "out_of_range")]
    public void Check_WrongOption_IsNamedByItsPath(string options, string path, string code)
    {
        var problem = Assert.Single(Provider(FakeVendor.Key).Check(Model() with { Options = JsonElement.Parse(options) }));

        Assert.Equal((path, code), (problem.Path, problem.Code));
    }

    protected override IModelProvider Provider(string? key, Uri? address = null, HttpMessageHandler? handler = null, string? name = null) => new OpenAIModelProvider(
        new ModelEndpoint { Name = name ?? "openai", Address = address ?? Vendor.Address, ApiKey = key, KeyVariable = KeyVariable }, Time, handler);

    protected override void AssertEchoed(JsonElement messages, string thinking, string signature)
    {
        var answer = messages.EnumerateArray().Single(static message => message.GetProperty("role").GetString() == "assistant");
        Assert.Equal(
            (thinking, signature),
            (answer.GetProperty("reasoning_content").GetString(), answer.GetProperty("tool_calls")[0].GetProperty("extra_content").GetProperty("google").GetProperty("thought_signature").GetString()));
    }

    protected override VendorReply CallEndedFor(string ours, string theirs) => new()
    {
        RawType = "text/event-stream",
        Raw = $$$"""
            data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"calculator","arguments":"{\"operation\":\"add\",\"a\":1,\"b\":2}"}}]}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"{{{ours}}}"}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]


            """,
    };

    protected override int MaxTokens(JsonElement body) => body.GetProperty("max_completion_tokens").GetInt32();

    protected override JsonElement Stop(JsonElement body) => body.GetProperty("stop");

    protected override JsonElement Schema(JsonElement tool) => tool.GetProperty("function").GetProperty("parameters");
}
