using System.Globalization;
using System.Text.Json;
using Actant.Definitions;
using Actant.LanguageModels;
using Actant.Testing;
using Actant.Testing.Vendors;
using Microsoft.Extensions.AI;

namespace Actant.Models.Tests;

/// <summary>What every vendor's client must do, shown against a fake of the vendor's documented interface.</summary>
[Trait("Row", "L1")]
public abstract partial class VendorConformance : ChatClientConformance, IAsyncLifetime
{
    private static readonly JsonElement s_schema = JsonElement.Parse("""
        {"type": "object", "properties": {"city": {"type": "string", "minLength": 2}}, "additionalProperties": {"type": "number"}}
        """);

    public static TheoryData<VendorFault, string, bool, bool> Faults { get; } = new(
        from streamed in new[] { true, false }
        from row in new[]
        {
            (VendorFault.RateLimit, ModelErrors.RateLimited, true),
            (VendorFault.Quota, ModelErrors.QuotaExceeded, false),
            (VendorFault.Broken, ModelErrors.Unavailable, true),
            (VendorFault.Overloaded, ModelErrors.Unavailable, true),
            (VendorFault.ContextTooLong, ModelErrors.ContextLengthExceeded, false),
            (VendorFault.BadRequest, ModelErrors.Rejected, false),
            (VendorFault.WrongKey, ModelErrors.Unauthorized, false),
            (VendorFault.Forbidden, ModelErrors.Unauthorized, false),
        }
        select (row.Item1, row.Item2, row.Item3, streamed));

    protected abstract FakeVendor Vendor { get; }

    protected abstract string KeyVariable { get; }

    protected ManualTimeProvider Time { get; } = new();

    public async ValueTask InitializeAsync() => await Vendor.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Vendor.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_EitherWay_IsAskedSo(bool streamed)
    {
        Vendor.Reply(VendorReply.Say("ok"));

        await CallAsync(streamed);

        Assert.Equal(streamed, (await Vendor.Requests.NextAsync()).IsStreamed);
    }

    [Fact]
    public async Task Stream_ArgumentsThatAreNoJson_KeepTheirText()
    {
        Vendor.Reply(VendorReply.Demand(Weather with { Arguments = """{"city": Ulm""" }));

        var response = await CallAsync(streamed: true, options: new ChatOptions { Tools = [Tool("weather")] });

        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.NotNull(call.Exception);
        Assert.Equal("""{"city": Ulm""", call.AdditionalProperties![ModelCallProperties.RawArguments]);
    }

    [Theory]
    [InlineData("", "unknown_tool")]
    [InlineData("functions.pay<|channel|>", "functions_pay__channel__")]
    [InlineData("Wetter_für-Ulm", "Wetter_f_r-Ulm")]
    public async Task Call_EarlierCallByANameThatNoToolCouldHave_IsToldUnderOneThatCould(string name, string told)
    {
        Vendor.Reply(VendorReply.Say("ok"));

        await CallAsync(streamed: true, [
            new ChatMessage(ChatRole.User, "?"),
            new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("call_1", name, new Dictionary<string, object?>())]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_1", "There is no such tool.")]),
        ]);

        Assert.Contains($"\"{told}\"", (await Vendor.Requests.NextAsync()).Body.GetProperty("messages").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_CharacterTornBetweenTwoChunks_IsWhole()
    {
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["hi %HIGH%", "%LOW% there"] }, TearsCharacters = true });

        Assert.Equal("hi 😀 there", (await CallAsync(streamed: true)).Text);
    }

    [Fact]
    public async Task Call_AnswerAtTheBound_SaysSo()
    {
        Vendor.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["To be con"], IsCutOff = true } });

        Assert.Equal(ChatFinishReason.Length, (await CallAsync(streamed: true)).FinishReason);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Call_Refusal_HasItsCode(VendorFault fault, string code, bool transient, bool streamed)
    {
        Vendor.Reply(new VendorReply { Fault = fault });

        var failure = await FailAsync(streamed);

        Assert.Equal((code, transient), (failure.Code, failure.Transient));
        Assert.DoesNotContain("sk-test", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Vendor.Requests.Count);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Retry-After", "0.25", 250)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 00:01:30 GMT", 90_000)]
    [InlineData("Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("retry-after-ms", "1500", 1_500)]
    [InlineData("retry-after-ms", "0.2", 1)]
    [InlineData("Retry-After", "99999999999", 86_400_000)]
    [InlineData("Retry-After", "soon", null)]
    public async Task Call_RateLimitWithRetryAfter_TellsHowLongToWait(string header, string value, int? milliseconds)
    {
        Vendor.Reply(new VendorReply { Fault = VendorFault.RateLimit, Headers = new Dictionary<string, string> { [header] = value } });

        Assert.Equal(milliseconds, (await FailAsync(streamed: true)).RetryAfterMs);
    }

    [Fact]
    public async Task Call_BothFormsOfRetryAfter_TakesTheFinerOne()
    {
        Vendor.Reply(new VendorReply
        {
            Fault = VendorFault.Overloaded,
            Headers = new Dictionary<string, string> { ["Retry-After"] = "2", ["retry-after-ms"] = "1250" },
        });

        Assert.Equal(1250, (await FailAsync(streamed: false)).RetryAfterMs);
    }

    [Fact]
    public async Task Call_WrongKey_NamesTheVariableAndNotTheKey()
    {
        var failure = await FailAsync(streamed: true, key: "sk-secret-of-mine-123");

        Assert.Equal(ModelErrors.Unauthorized, failure.Code);
        Assert.Contains(KeyVariable, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cdef", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_KeyGoneSinceTheCheck_IsNotSentWithoutOne()
    {
        var failure = await FailAsync(streamed: true, key: null);

        Assert.Equal((ModelErrors.Unauthorized, false), (failure.Code, failure.Transient));
        Assert.Contains($"set {KeyVariable}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-of\nmine")]
    [InlineData("sk-ölmine")]
    public async Task Call_KeyThatNoHeaderTakes_SaysSoAndIsNotTriedAgain(string key)
    {
        var failure = await FailAsync(streamed: true, key);

        Assert.Equal((ModelErrors.Unauthorized, false), (failure.Code, failure.Transient));
        Assert.Contains("characters that no key has", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mine", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_CutInTheMiddle_IsBroken(bool streamed)
    {
        using var handler = new HeadersSeen();
        Vendor.Reply(VendorReply.Say("one ", "two ", "three") with { After = InTheMiddle, Cuts = true, CutWhen = handler.Task });

        var failure = await FailAsync(streamed, handler: handler);

        Assert.Equal((ModelErrors.StreamBroken, true), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task Stream_EndsWithoutItsEnd_IsBroken()
    {
        Vendor.Reply(VendorReply.Say("one ", "two ", "three") with { After = InTheMiddle });

        var failure = await FailAsync(streamed: true);

        Assert.Equal((ModelErrors.StreamBroken, true), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task Stream_ErrorInTheMiddle_HasItsCode()
    {
        Vendor.Reply(VendorReply.Say("one ", "two ") with { After = InTheMiddle, Fault = VendorFault.Overloaded });

        var failure = await FailAsync(streamed: true);

        Assert.Equal((ModelErrors.Unavailable, true), (failure.Code, failure.Transient));
    }

    [Theory]
    [InlineData("<html><body>Welcome to the proxy</body></html>", "text/html")]
    [InlineData("{\"id\": ", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{\"choices\": 7, \"content\": true}", "application/json")]
    [InlineData("", "application/json")]
    public async Task Call_NotTheDocumentedShape_IsMalformed(string body, string type)
    {
        Vendor.Reply(new VendorReply { Raw = body, RawType = type });

        var failure = await FailAsync(streamed: false);

        Assert.Equal((ModelErrors.Malformed, false), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task Stream_EventThatIsNoJson_IsMalformed()
    {
        Vendor.Reply(VendorReply.Say("one ", "two ") with { After = InTheMiddle, Garbage = "event: message_delta\ndata: {\"choices\": [\n\n" });

        Assert.Equal(ModelErrors.Malformed, (await FailAsync(streamed: true)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(null)]
    public async Task Stream_Cancelled_ClosesTheConnection(int? after)
    {
        Vendor.Reply(VendorReply.Say("one ", "two ") with { After = after ?? InTheMiddle, Hangs = true });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = CallAsync(streamed: true, cancellationToken: cancel.Token);
        var request = await Vendor.Requests.NextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Same(request, await Vendor.Closed.NextAsync());
    }

    [Fact]
    public async Task Call_Cancelled_ClosesTheConnection()
    {
        Vendor.Reply(VendorReply.Say("one") with { After = 0, Hangs = true });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = CallAsync(streamed: false, cancellationToken: cancel.Token);
        await Vendor.Requests.NextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Vendor.Closed.NextAsync();
    }

    [Fact]
    public async Task Stream_GivenUpHalfWay_ClosesTheConnection()
    {
        Vendor.Reply(VendorReply.Say("one ", "two ") with { After = InTheMiddle, Hangs = true });

        await foreach (var update in Client().GetStreamingResponseAsync(Hello, cancellationToken: Token))
        {
            if (update.Text.Length > 0)
            {
                break;
            }
        }

        await Vendor.Closed.NextAsync();
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnavailable()
    {
        var address = Vendor.Address;
        await Vendor.DisposeAsync();

        var failure = (await Assert.ThrowsAsync<ModelException>(() => Client(address: address).GetResponseAsync(Hello, cancellationToken: Token))).Failure;

        Assert.Equal((ModelErrors.Unavailable, true), (failure.Code, failure.Transient));
        Assert.Contains(address.Port.ToString(CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_Redirect_IsNotFollowed()
    {
        Vendor.Reply(new VendorReply { Fault = VendorFault.BadRequest, Status = 307, Headers = new Dictionary<string, string> { ["Location"] = Vendor.Address.AbsoluteUri } });

        var failure = await FailAsync(streamed: true);

        Assert.Equal(ModelErrors.Rejected, failure.Code);
        Assert.Equal(1, Vendor.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    [Trait("Row", "X6")]
    public async Task Call_ReusedConnectionBreaks_IsWrittenOnce(bool streamed)
    {
        await using var service = new DroppingService("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").Start();
        var client = Client(address: service.Address);

        await Assert.ThrowsAsync<ModelException>(CallAsync);
        var failure = (await Assert.ThrowsAsync<ModelException>(CallAsync)).Failure;

        Assert.Equal((ModelErrors.Unavailable, true), (failure.Code, failure.Transient));
        Assert.Equal(2, service.Requests.Count);

        async Task CallAsync()
        {
            if (!streamed)
            {
                await client.GetResponseAsync(Hello, cancellationToken: Token);
                return;
            }

            await foreach (var _ in client.GetStreamingResponseAsync(Hello, cancellationToken: Token))
            {
            }
        }
    }

    [Fact]
    public async Task Call_Settings_AreSent()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        var options = new ChatOptions { Temperature = 0.5f, TopP = 0.25f, MaxOutputTokens = 77, StopSequences = ["END"], Tools = [Tool("weather")], ToolMode = ChatToolMode.RequireAny };

        await CallAsync(streamed: true, options: options);

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.Equal("m-1", body.GetProperty("model").GetString());
        Assert.Equal(0.5, body.GetProperty("temperature").GetDouble());
        Assert.Equal(0.25, body.GetProperty("top_p").GetDouble());
        Assert.Equal(77, MaxTokens(body));
        Assert.Equal("END", Stop(body)[0].GetString());
        Assert.True(JsonElement.DeepEquals(s_schema, Schema(body.GetProperty("tools")[0])), body.GetRawText());
        Assert.True(body.TryGetProperty("tool_choice", out _));
    }

    [Fact]
    public async Task Call_SettingsOfTheDefinition_AreSentWhereTheCallHasNone()
    {
        Vendor.Reply(VendorReply.Say("ok"));
        var model = Model() with { Temperature = 0.5f, MaxOutputTokens = 99, Stop = ["."] };

        await Client(model).GetResponseAsync(Hello, cancellationToken: Token);

        var body = (await Vendor.Requests.NextAsync()).Body;
        Assert.Equal((0.5, 99, "."), (body.GetProperty("temperature").GetDouble(), MaxTokens(body), Stop(body)[0].GetString()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Call_CompressionThatIsNone_IsAskedForAgainAndSaidSo(string encoding)
    {
        foreach (var streamed in new[] { true, false })
        {
            Vendor.Reply(new VendorReply { Raw = "data: {}", RawType = "text/event-stream", Headers = new Dictionary<string, string> { ["Content-Encoding"] = encoding } });

            var failed = await FailAsync(streamed);

            Assert.Equal((ModelErrors.StreamBroken, true), (failed.Code, failed.Transient));
            Assert.Contains("compressed", failed.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip", "x")]
    [InlineData("identity", """{"error":{"message":"slow \ud800 down","\udc00":1}}""")]
    public async Task Call_ErrorThatCannotBeRead_IsStillThatError(string encoding, string body)
    {
        Vendor.Reply(new VendorReply { Status = 429, Raw = body, Headers = new Dictionary<string, string> { ["Content-Encoding"] = encoding } });

        var failed = await FailAsync(streamed: true);

        Assert.Equal((ModelErrors.RateLimited, true), (failed.Code, failed.Transient));
    }

    [Fact]
    public void Check_MissingKey_NamesTheVariable()
    {
        var problem = Assert.Single(Provider(key: null).Check(Model()));

        Assert.Equal(("$.provider", DefinitionErrors.MissingKey), (problem.Path, problem.Code));
        Assert.Contains(KeyVariable, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_UnknownOption_IsNamedWithTheNearest()
    {
        var model = Model() with { Options = JsonElement.Parse("""{"parallel_tool_cals": true, "tool_choice": 5}""") };
        var problems = Provider(FakeVendor.Key).Check(model);

        Assert.Equal([("$.options.parallel_tool_cals", "unknown_field"), ("$.options.tool_choice", "wrong_type")], problems.Select(problem => (problem.Path, problem.Code)));
        Assert.Contains("parallel_tool_calls", problems[0].Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Provider(FakeVendor.Key).Create(model));
    }

    protected abstract IModelProvider Provider(string? key, Uri? address = null, HttpMessageHandler? handler = null, string? name = null);

    protected abstract int MaxTokens(JsonElement body);

    protected abstract JsonElement Stop(JsonElement body);

    protected abstract JsonElement Schema(JsonElement tool);

    protected override IChatClient ClientFor(VendorReply reply)
    {
        Vendor.Reply(reply);
        return Client();
    }

    protected static ModelDefinition Model() => new() { Provider = "any", ModelName = "m-1" };

    protected IChatClient Client(ModelDefinition? model = null, string? key = FakeVendor.Key, Uri? address = null, HttpMessageHandler? handler = null) =>
        Provider(key, address, handler).Create(model ?? Model());

    protected static AITool Tool(string name) => AIFunctionFactory.CreateDeclaration(name, $"Tells the {name}.", s_schema);

    protected async Task<ChatResponse> CallAsync(
        bool streamed, IReadOnlyList<ChatMessage>? messages = null, ChatOptions? options = null, string? key = FakeVendor.Key, HttpMessageHandler? handler = null, CancellationToken? cancellationToken = null) =>
        await CallAsync(Client(key: key, handler: handler), streamed, messages, options, cancellationToken);

    protected async Task<Failure> FailAsync(bool streamed, string? key = FakeVendor.Key, HttpMessageHandler? handler = null) =>
        (await Assert.ThrowsAsync<ModelException>(() => CallAsync(streamed, key: key, handler: handler))).Failure;
}
