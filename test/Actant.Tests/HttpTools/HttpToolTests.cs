using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.Executions;
using Actant.HttpTools;
using Actant.LanguageModels;
using Actant.Secrets;
using Actant.Tests.Egress;
using Actant.Tests.Tools;
using Actant.Tools;
using Actant.Validation;

namespace Actant.Tests.HttpTools;

[Trait("Row", "A1")]
public sealed class HttpToolTests : IClassFixture<LocalServer>, IDisposable
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LocalServer _server;
    private readonly EgressGuard _guard;
    private readonly ToolRegistry _registry;

    public HttpToolTests(LocalServer server)
    {
        _server = server;
        _guard = new EgressGuard(
            new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] }, new TableResolver().Add("api.test", "127.0.0.1"));
        var secrets = new EnvironmentSecrets(name => name switch
        {
            "ACTANT_SECRET_KEY" => "sesame-open-1",
            "ACTANT_SECRET_BROKEN" => "a\nb",
            "ACTANT_SECRET_ELSEWHERE" => "sesame-open-2",
            "ACTANT_HOSTS_OF_ELSEWHERE" => "payments.example",
            _ => null,
        });
        _registry = new ToolRegistry([], [new HttpToolType(_guard, secrets, TimeProvider.System)]);
    }

    public void Dispose() => _guard.Dispose();

    [Fact]
    [Trait("Row", "S7")]
    public async Task Call_AllParts_ArriveAsDescribed()
    {
        var echo = Output(await CallAsync(
            """
            method: POST
            url: BASE/echo/cities/{city}/days?unit={unit}
            query: {n: "{n}", key: "secret://key", list: "{list}", none: "{none}", fixed: 7}
            headers: {Authorization: "Bearer secret://key", X-Note: "for {unit}", X-None: "{none}"}
            json: {text: "in {city}", n: "{n}", deep: [{none: "{none}", list: "{list}"}], braces: "{{x}}", plain: true}
            """,
            """{"city": "São Paulo?&#", "unit": "a&b=c", "n": 2.50, "list": ["x", "y z"]}"""));

        Assert.Equal("POST", echo.GetProperty("method").GetString());
        Assert.Equal(
            "/echo/cities/S%C3%A3o%20Paulo%3F%26%23/days?unit=a%26b%3Dc&n=2.50&key=***&list=x&list=y%20z&fixed=7", echo.GetProperty("target").GetString());
        Assert.Equal("Bearer ***", echo.GetProperty("headers").GetProperty("authorization").GetString());
        Assert.False(echo.GetProperty("headers").TryGetProperty("x-none", out _));
        Assert.Equal("key", echo.GetProperty("headers").GetProperty("idempotency-key").GetString());
        Assert.Equal(
            """{"text":"in São Paulo?&#","n":2.50,"deep":[{"list":["x","y z"]}],"braces":"{x}","plain":true}""",
            JsonSerializer.Serialize(JsonElement.Parse(echo.GetProperty("body").GetString()!), s_relaxed));
    }

    [Fact]
    public async Task Config_Null_CountsAsNotWritten()
    {
        var echo = Output(await CallAsync(
            "method: null\nurl: BASE/echo\nquery: {a: 1, b: null}\nheaders: {X-A: x, X-B: null}\njson: null\nform: null\nbody: null\nresponse: null\nfollow_redirects: null", "{}"));

        Assert.Equal(("GET", "/echo?a=1"), (echo.GetProperty("method").GetString(), echo.GetProperty("target").GetString()));
        Assert.True(echo.GetProperty("headers").TryGetProperty("x-a", out _));
        Assert.False(echo.GetProperty("headers").TryGetProperty("x-b", out _));
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Call_SecretOfOtherHosts_SendsNothing()
    {
        var before = _server.Requests;

        var failure = (await CallAsync("url: BASE/echo\nheaders: {X-Key: \"secret://elsewhere\"}", "{}")).Failure!;

        Assert.Equal(SecretErrors.NotForHost, failure.Code);
        Assert.DoesNotContain("sesame", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, _server.Requests);
    }

    [Theory]
    [InlineData("form: {a: \"{text}\", k: \"secret://key\"}", "a=x+%26+secret%3A%2F%2Fkey&k=***")]
    [InlineData("body: \"<a>{text}</a>\"", "<a>x & secret://key</a>")]
    [InlineData("json: \"{text}\"", "\"x & secret://key\"")]
    public async Task Body_ArgumentThatLooksLikeASecret_StaysAText(string body, string sent)
    {
        var echo = Output(await CallAsync($"method: PUT\nurl: BASE/echo\n{body}", """{"text": "x & secret://key"}"""));

        Assert.Equal(sent, echo.GetProperty("body").GetString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("../admin")]
    [InlineData("a\\b")]
    [InlineData("a\u0000b")]
    [InlineData("a\r\nb")]
    public async Task Path_ArgumentThatChangesItsStructure_IsRefused(string value)
    {
        var before = _server.Requests;

        var result = await CallAsync("url: BASE/echo/{id}/x", JsonSerializer.Serialize(new { id = value }));

        Assert.Equal(ToolErrors.InvalidArguments, result.Failure?.Code);
        Assert.Equal(before, _server.Requests);
    }

    [Theory]
    [InlineData("%2e%2e", "/echo/%252e%252e/x")]
    [InlineData("@evil.test", "/echo/%40evil.test/x")]
    [InlineData("a?b#c", "/echo/a%3Fb%23c/x")]
    [InlineData("{id}", "/echo/%7Bid%7D/x")]
    [InlineData("secret://key", null)]
    public async Task Path_AnyOtherArgument_StaysInItsSegment(string value, string? target)
    {
        var result = await CallAsync("url: BASE/echo/{id}/x", JsonSerializer.Serialize(new { id = value }));

        Assert.Equal(target, result.Output?.GetProperty("target").GetString());
    }

    [Fact]
    public async Task Path_TwoArgumentsThatMakeDots_AreRefused() =>
        Assert.Equal(ToolErrors.InvalidArguments, (await CallAsync("url: BASE/echo/{a}{b}", """{"a": ".", "b": "."}""")).Failure?.Code);

    [Fact]
    public async Task Answer_HeadersTooLong_SaysSo()
    {
        var failure = (await CallAsync("url: BASE/headers", "{}")).Failure;

        Assert.Contains("64 KiB of headers", failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/json", "/data/items/1/name", "\"sec/ond\"")]
    [InlineData("/json", "/data/a~0b", "7")]
    [InlineData("/json", "", """{"data":{"items":[{"name":"first"},{"name":"sec/ond"}],"a~b":7}}""")]
    [InlineData("/marked", "/a", "1")]
    [InlineData("/marked", "", """{"a":1}""")]
    [InlineData("/json", "/data/items/2", HttpErrors.UnexpectedAnswer)]
    [InlineData("/json", "/data/items/-1", HttpErrors.UnexpectedAnswer)]
    [InlineData("/latin", "/data", HttpErrors.UnexpectedAnswer)]
    [InlineData("/latin", "", "\"caf\\u00E9\"")]
    [InlineData("/big?bytes=3", "", HttpErrors.UnexpectedAnswer)]
    public async Task Answer_Selected_IsThePartAlone(string path, string part, string expected)
    {
        var result = await CallAsync($"url: BASE{path}{(part.Length > 0 ? $"\nresponse: {{pointer: \"{part}\"}}" : "")}", "{}");

        Assert.Equal(expected, result.Failure?.Code ?? JsonSerializer.Serialize(result.Output));
    }

    [Theory]
    [InlineData(404, "GET", "http_status", false)]
    [InlineData(429, "POST", "http_status", true)]
    [InlineData(503, "POST", "http_status", true)]
    [InlineData(500, "GET", "http_status", true)]
    [InlineData(500, "POST", "http_status", false)]
    [InlineData(504, "POST", ToolErrors.OutcomeUnknown, false)]
    [InlineData(504, "GET", ToolErrors.ExecutionFailed, true)]
    [InlineData(302, "GET", "http_status", false)]
    [Trait("Row", "X6")]
    public async Task Answer_ErrorStatus_IsAFailureWithoutTheSecret(int status, string method, string code, bool isTransient)
    {
        var result = await CallAsync($"method: {method}\nurl: BASE/status/{status}\nheaders: {{X-Key: \"secret://key\"}}", "{}");

        Assert.Equal((code, isTransient, status is 429 or 503), (result.Failure!.Code, result.Failure.Transient, result.DidNotHappen));
        Assert.Contains("it is so: ***", result.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", result.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(code == "http_status" ? 7000L : null, result.Failure.RetryAfterMs);
    }

    [Fact]
    public async Task Secret_OfAnotherTenant_IsNotFound()
    {
        var call = TestCalls.Of("{}");
        call = call with { Context = call.Context with { Thread = new ThreadKey(new TenantId("acme"), "thread") } };

        var result = await new ToolGate(TimeProvider.System).InvokeAsync(Bind("url: BASE/echo\nheaders: {X-Key: \"secret://key\"}"), call, null, default);

        Assert.Equal(SecretErrors.NotFound, result.Failure?.Code);
    }

    [Fact]
    public async Task Secret_ThatBreaksAHeader_IsRefusedWithoutItsValue() =>
        Assert.Equal(
            "tool_invalid_arguments: $: the header 'X-Key' has a line break or another character that headers cannot have.",
            TestCalls.Show(await CallAsync("url: BASE/echo\nheaders: {X-Key: \"secret://broken\"}", "{}")));

    [Fact]
    public async Task Header_ArgumentWithALineBreak_IsRefused() =>
        Assert.Equal(ToolErrors.InvalidArguments, (await CallAsync("url: BASE/echo\nheaders: {X-A: \"{a}\"}", """{"a": "x\r\nHost: y"}""")).Failure?.Code);

    [Theory]
    [InlineData("GET", null, ToolClass.Idempotent)]
    [InlineData("DELETE", null, ToolClass.Idempotent)]
    [InlineData("POST", null, ToolClass.Unsafe)]
    [InlineData("PATCH", null, ToolClass.Unsafe)]
    [InlineData("POST", ToolClass.Idempotent, ToolClass.Idempotent)]
    [InlineData("GET", ToolClass.Pure, ToolClass.Pure)]
    [InlineData("GET", ToolClass.Unsafe, ToolClass.Unsafe)]
    public void Class_Unstated_FollowsTheMethod(string method, ToolClass? stated, ToolClass expected) =>
        Assert.Equal(expected, Bind($"method: {method}\nurl: BASE/echo", stated).Class);

    [Fact]
    public void Version_OfAnotherConfig_IsAnother() => Assert.NotEqual(Bind("url: BASE/a").Version, Bind("url: BASE/b").Version);

    [Fact]
    public void Parameters_Unstated_AreTheArgumentsOfTheTemplates() =>
        Assert.Equal(
            """{"type":"object","properties":{ "a":{"type":"string"},"b":{"type":"string"} },"required":["a","b"],"additionalProperties":false}""",
            Bind("url: BASE/{a}\nquery: {b: \"{b}\", a: \"{a}\"}").Parameters.GetRawText());

    [Theory]
    [InlineData("{}", "$.tool_definitions[0].config.url missing_field")]
    [InlineData("{url: 7}", "$.tool_definitions[0].config.url wrong_type")]
    [InlineData("{url: nowhere}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'ftp://x.test/'}", "$.tool_definitions[0].config.url host_not_allowed")]
    [InlineData("{url: 'http://10.0.0.1/'}", "$.tool_definitions[0].config.url host_not_allowed")]
    [InlineData("{url: 'http://2130706433/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://u:p@x.test/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://{a}.test/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test:{a}/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: '{a}://x.test/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: '{a}'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test{a}/'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test/a/../b'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test/%2e%2e/b'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test/#a'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test/secret://key'}", "$.tool_definitions[0].config.url invalid_url")]
    [InlineData("{url: 'http://x.test/{b}'}", "$.tool_definitions[0].config.url unknown_placeholder")]
    [InlineData("{url: 'http://x.test/', query: {q: '{b}'}}", "$.tool_definitions[0].config.query.q unknown_placeholder")]
    [InlineData("{url: 'http://x.test/', method: POST, json: {q: ['{b}']}}", "$.tool_definitions[0].config.json unknown_placeholder")]
    [InlineData("{url: 'http://x.test/', headers: {X-A: 'secret://missing'}}", "$.tool_definitions[0].config.headers['X-A'] unknown_secret")]
    [InlineData("{url: 'http://x.test/', headers: {Host: a}}", "$.tool_definitions[0].config.headers.Host invalid_header")]
    [InlineData("{url: 'http://x.test/', headers: {'a b': a}}", "$.tool_definitions[0].config.headers['a b'] invalid_header")]
    [InlineData("{url: 'http://x.test/', headers: {A: \"a\\nb\"}}", "$.tool_definitions[0].config.headers.A invalid_header")]
    [InlineData("{url: 'http://x.test/', method: TRACE}", "$.tool_definitions[0].config.method unknown_value")]
    [InlineData("{url: 'http://x.test/', body: a}", "$.tool_definitions[0].config.body misplaced_field")]
    [InlineData("{url: 'http://x.test/', method: PUT, body: a, json: 1}", "$.tool_definitions[0].config.body duplicate_field")]
    [InlineData("{url: 'http://x.test/', response: {pointer: data}}", "$.tool_definitions[0].config.response.pointer unknown_value")]
    [InlineData("{url: 'http://x.test/', response: data}", "$.tool_definitions[0].config.response wrong_type")]
    [InlineData("{url: 'http://x.test/', response: {parts: 1}}", "$.tool_definitions[0].config.response.parts wrong_type")]
    [InlineData("{url: 'http://x.test/', retries: 3}", "$.tool_definitions[0].config.retries unknown_field")]
    [InlineData("{url: 'http://x.test/{a}', query: {q: 'secret://key'}}", "")]
    [Trait("Row", "A5")]
    public void Definition_Validated_SaysWhatIsWrongWithItsPath(string config, string expected)
    {
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(
            $"name: agent\ninstructions: x\nmodel: scripted\ntools: [t]\ntool_definitions:\n  - name: t\n    type: http\n    parameters: {{type: object, properties: {{a: {{type: string}}}}}}\n    config: {config}"));
        var context = EngineContext.Of(_registry, new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]), null);

        Assert.Equal(expected, string.Join('\n', DefinitionValidator.Validate(read, context).Problems.Select(problem => $"{problem.Path} {problem.Code}")));
    }

    [Fact]
    public void Definition_OfALaterMissingSecret_StillBinds() =>
        Assert.NotNull(Bind("url: BASE/echo\nheaders: {X-A: \"secret://missing\"}"));

    [Theory]
    [InlineData("/binary", """[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID/w=="}}]""")]
    [InlineData("/pdf", """[{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0="}}]""")]
    [InlineData("/sound", """[{"type":"input_audio","input_audio":{"data":"AQI=","format":"mp3"}}]""")]
    [InlineData("/ogg", """[{"type":"file","file":{"file_data":"data:audio/ogg;base64,AQI="}}]""")]
    [InlineData("/parts\nresponse: {pointer: /content, parts: true}", """[{"type":"text","text":"see"},{"type":"file","file":{"file_url":"https://example.org/a.mp4","media_type":"video/mp4"}}]""")]
    public async Task Call_MediaOrParts_GivesTypedParts(string config, string parts)
    {
        var result = await CallAsync($"url: BASE{config}", "{}");

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(parts), Output(result)), Output(result).GetRawText());
        Assert.True(result.HasParts);
    }

    [Fact]
    public async Task Call_Svg_GivesItsText() => Assert.Equal("<svg/>", Output(await CallAsync("url: BASE/svg", "{}")).GetString());

    [Fact]
    public async Task Call_PartsThatAreNone_FailsWithTheirPath()
    {
        var result = await CallAsync("url: BASE/parts\nresponse: {pointer: /broken, parts: true}", "{}");

        Assert.Equal(ToolErrors.ExecutionFailed, result.Failure!.Code);
        Assert.Contains("$[1].image_url", result.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url: BASE/halved")]
    [InlineData("url: BASE/halved\nresponse: {pointer: /content, parts: true}")]
    [InlineData("url: BASE/halved\nresponse: {pointer: /content/0/text}")]
    [InlineData("url: BASE/halved\nheaders: {X-Key: \"secret://key\"}")]
    public async Task Call_AnswerWithHalfACharacter_SaysSo(string config)
    {
        var result = await CallAsync(config, "{}");

        Assert.StartsWith(HttpErrors.UnexpectedAnswer, TestCalls.Show(result));
        Assert.Contains("half of a surrogate pair", result.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "S7")]
    public async Task Call_MediaWithASecretInIt_IsKeptBack()
    {
        var result = await CallAsync("url: BASE/leak\nheaders: {X-Key: \"secret://key\"}", "{}");

        Assert.Equal(HttpErrors.UnexpectedAnswer, result.Failure!.Code);
    }

    private static JsonElement Output(ToolResult result) =>
        result.Output ?? throw new InvalidOperationException($"{result.Failure!.Code}: {result.Failure.Message}");

    private BoundTool Bind(string config, ToolClass? stated = null)
    {
        var yaml = $"name: agent\ninstructions: x\nmodel: scripted\ntool_definitions:\n  - name: t\n    type: http\n    config:\n      {config.Replace("BASE", _server.Url(""), StringComparison.Ordinal).Replace("\n", "\n      ", StringComparison.Ordinal)}";
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(yaml));
        var definition = read.Draft!.Tools[0] with { SideEffects = stated };

        // What the arguments may be is each test's own matter.
        definition = config.Contains("{b}", StringComparison.Ordinal) && !config.Contains("{a}{b}", StringComparison.Ordinal)
            ? definition : definition with { Parameters = JsonElement.Parse(AnyArguments) };
        Assert.True(_registry.TryBind(definition, out var bound, out var problems), string.Join('\n', problems));
        return bound;
    }

    private const string AnyArguments = """{"type": "object", "properties": {"city": {}, "unit": {}, "n": {}, "list": {}, "none": {}, "text": {}, "id": {}, "a": {}, "b": {} } }""";

    private async Task<ToolResult> CallAsync(string config, string arguments) =>
        await new ToolGate(TimeProvider.System).InvokeAsync(Bind(config), TestCalls.Of(arguments), null, TestContext.Current.CancellationToken);

    [Fact]
    [Trait("Row", "S7")]
    public void CheckPlace_Secrets_AreThoseOfTheTenantAndNeverAnAgentsKey()
    {
        var secrets = new TenantSecrets("acme", ["weather", "agent-0198c0de-0000-7000-8000-000000000001"]);
        var type = new HttpToolType(_guard, secrets, TimeProvider.System);
        IEnumerable<string> Codes(string secret, string tenant) => type.CheckPlace(
            new ToolDefinition { Name = "t", Type = "http", Config = JsonElement.Parse("{\"url\": \"http://api.test/\", \"headers\": {\"A\": \"secret://" + secret + "\"}}") },
            new TenantId(tenant)).Select(static problem => problem.Code);

        Assert.Empty(Codes("weather", "acme"));
        Assert.Equal(["unknown_secret"], Codes("weather", "default"));
        Assert.Equal(["unknown_secret"], Codes("agent-0198c0de-0000-7000-8000-000000000001", "acme"));
    }

    private sealed class TenantSecrets(string owner, string[] names) : ISecretSource
    {
        public ValueTask<Secret?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) => new(MayHave(tenant, name) ? new Secret("value") : null);

        public bool MayHave(TenantId tenant, string name) => tenant.Value == owner && names.Contains(name);
    }
}
