using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Actant.Access;
using Actant.Api;
using Actant.AspNetCore.CloudEvents;
using Actant.AspNetCore.Health;
using Actant.AspNetCore.Problems;
using Actant.Definitions;
using Actant.Journaling;
using Microsoft.AspNetCore.Routing;

namespace Actant.AspNetCore.Tests.OpenApi;

[Trait("Row", "I13")]
public sealed partial class OpenApiTests
{
    private static readonly JsonSerializerOptions[] s_answers =
        [Actant.Api.Operations.GetAgent.Json.Options, HealthJson.Wire.Options, ReceiptJson.Wire.Options, ProblemJson.Wire.Options];

    private static readonly string[] s_methods = ["get", "put", "post", "delete", "patch"];

    [Fact]
    public async Task Document_Operations_AreExactlyTheMappedOnes()
    {
        await using var server = await HttpServer.StartAsync();
        var document = await server.GetJsonAsync("/openapi/v1.json");
        var mapped = server.Routes.SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            .Select(method => $"{method} {route.RoutePattern.RawText} {RoleOf(route)}"));
        var described = Operations(document).Select(operation =>
            $"{operation.Method.ToUpperInvariant()} {operation.Path} {(operation.Value.TryGetProperty("x-role", out var role) ? role.GetString() : "open")}");

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_Structure_IsOpenApi()
    {
        await using var server = await HttpServer.StartAsync();
        var document = await server.GetJsonAsync("/openapi/v1.json");
        var tags = document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()).ToList();

        Assert.Matches("^3\\.1\\.[0-9]+$", document.GetProperty("openapi").GetString());
        Assert.All(["title", "version"], name => Assert.NotEqual("", document.GetProperty("info").GetProperty(name).GetString()));
        Assert.All(document.GetProperty("security").EnumerateArray().SelectMany(choice => choice.EnumerateObject()), scheme =>
            Assert.True(document.GetProperty("components").GetProperty("securitySchemes").TryGetProperty(scheme.Name, out _)));
        var ids = Operations(document).Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Operations(document), operation =>
        {
            Assert.Contains(operation.Method, s_methods);
            Assert.NotEqual("", operation.Value.GetProperty("summary").GetString());
            Assert.All(operation.Value.GetProperty("tags").EnumerateArray(), tag => Assert.Contains(tag.GetString(), tags));
            Assert.NotEqual(operation.Value.TryGetProperty("x-role", out _), operation.Value.TryGetProperty("security", out _));
            Assert.All(operation.Value.GetProperty("responses").EnumerateObject(), response =>
            {
                Assert.Matches("^([1-5][0-9][0-9]|4XX|default)$", response.Name);
                Assert.NotEqual("", Resolve(document, response.Value).GetProperty("description").GetString());
            });
            var parameters = operation.Value.TryGetProperty("parameters", out var list)
                ? list.EnumerateArray().Select(parameter => Resolve(document, parameter)).ToList() : [];
            Assert.All(parameters, parameter => Assert.Contains(parameter.GetProperty("in").GetString(), (string[])["path", "query", "header"]));
            Assert.Equal(
                PathParameter().Matches(operation.Path).Select(match => match.Groups["name"].Value),
                parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path" && parameter.GetProperty("required").GetBoolean())
                    .Select(parameter => parameter.GetProperty("name").GetString()!));
        });
    }

    [Fact]
    public async Task Document_References_LeadSomewhereAndNothingIsLeftOver()
    {
        await using var server = await HttpServer.StartAsync();
        var text = await server.Client.GetStringAsync("/openapi/v1.json");
        var document = JsonElement.Parse(text);
        var references = Reference().Matches(text).Select(match => match.Groups["path"].Value).Distinct().ToList();
        var components = document.GetProperty("components").EnumerateObject().Where(kind => kind.Name != "securitySchemes")
            .SelectMany(kind => kind.Value.EnumerateObject().Select(component => $"components/{kind.Name}/{component.Name}"));

        Assert.Equal(components.Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(typeof(Problem), "Problem")]
    [InlineData(typeof(DefinitionProblem), "FieldProblem")]
    [InlineData(typeof(Failure), "Failure")]
    [InlineData(typeof(HealthView), "Health")]
    [InlineData(typeof(TokenView), "Token")]
    [InlineData(typeof(TokenListView), "TokenList")]
    [InlineData(typeof(AgentView), "Agent")]
    [InlineData(typeof(AgentListView), "AgentList")]
    [InlineData(typeof(CatalogueProblem), "FileProblem")]
    [InlineData(typeof(AgentCheckView), "AgentCheck")]
    [InlineData(typeof(ThreadFindingView), "ThreadFinding")]
    [InlineData(typeof(AgentToolsView), "AgentTools")]
    [InlineData(typeof(ToolView), "Tool")]
    [InlineData(typeof(ExecuteResponse), "ExecuteResponse")]
    [InlineData(typeof(ExecuteOutput), "ExecuteOutput")]
    [InlineData(typeof(TestResponse), "TestResponse")]
    [InlineData(typeof(ToolResultView), "ToolResult")]
    [InlineData(typeof(Message), "Message")]
    [InlineData(typeof(ToolDemand), "ToolDemand")]
    [InlineData(typeof(Interrupt), "Interrupt")]
    [InlineData(typeof(Usage), "Usage")]
    [InlineData(typeof(AcceptedView), "Accepted")]
    [InlineData(typeof(BatchReceipt), "BatchReceipt")]
    [InlineData(typeof(EventReceipt), "EventReceipt")]
    [InlineData(typeof(ExecutionView), "Execution")]
    [InlineData(typeof(WaitView), "Wait")]
    [InlineData(typeof(ExecutionListView), "ExecutionList")]
    [InlineData(typeof(TargetView), "DeliveryTarget")]
    [InlineData(typeof(DeliveryView), "Delivery")]
    [InlineData(typeof(DeliveryListView), "DeliveryList")]
    [InlineData(typeof(ThreadSummary), "Thread")]
    [InlineData(typeof(ThreadListView), "ThreadList")]
    [InlineData(typeof(ThreadStateView), "ThreadState")]
    [InlineData(typeof(BranchView), "Branch")]
    [InlineData(typeof(ErasedView), "Erasure")]
    [InlineData(typeof(UsageView), "UsageReport")]
    [InlineData(typeof(UsageRow), "UsageRow")]
    [InlineData(typeof(ThreadUsageView), "ThreadUsage")]
    [InlineData(typeof(AuditView), "Audit")]
    [InlineData(typeof(AuditedCallView), "AuditedCall")]
    [InlineData(typeof(AuditedDecisionView), "AuditedDecision")]
    [InlineData(typeof(Principal), "Principal")]
    public async Task Schema_OfAnAnswer_HasExactlyItsFields(Type type, string name)
    {
        await using var server = await HttpServer.StartAsync();
        var schema = (await server.GetJsonAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas").GetProperty(name);
        var written = s_answers.Select(answers => answers.TryGetTypeInfo(type, out var info) ? info : null).OfType<JsonTypeInfo>().First().Properties.Where(property => property is { Get: not null, IsExtensionData: false }).Select(property => property.Name);

        Assert.Equal(written.Order(StringComparer.Ordinal), schema.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/api/v1/executions/no-id", null)]
    [InlineData("POST", "/api/v1/agents/nobody/execute", """{"input": "x"}""")]
    [InlineData("GET", "/api/v1/threads?limit=0", null)]
    [InlineData("POST", "/api/v1/agents", """{"name": "x", "nodes": 7}""")]
    public async Task Problems_FitTheDocument(string method, string url, string? body)
    {
        await using var server = await HttpServer.StartAsync();
        var contract = new OpenApiContract(await server.Client.GetStringAsync("/openapi/v1.json"));

        using var response = body is null ? await server.GetAsync(url) : await server.PostAsync(url, body);

        // The last one is refused for its body.
        contract.AssertAnswer(method, url, url == "/api/v1/agents" ? null : body, response, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Document_EveryOperation_HasExamplesThatFitAndSaysThatItMayRefuse()
    {
        await using var server = await HttpServer.StartAsync();
        var document = await server.GetJsonAsync("/openapi/v1.json");
        var contract = new OpenApiContract(document.GetRawText());

        using var strict = JsonDocument.Parse(document.GetRawText(), new JsonDocumentOptions { AllowDuplicateProperties = false });
        Assert.All(Operations(document), operation =>
        {
            Assert.True(operation.Value.GetProperty("responses").TryGetProperty("4XX", out _), $"{operation.Path} names no refusal.");
            if (operation.Value.TryGetProperty("requestBody", out var body))
            {
                contract.AssertRequest(operation.Method, operation.Path, body.GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText());
            }
        });
        Assert.All(
            (string[])["Agent", "Label", "Execution", "Thread"],
            name => Assert.True(document.GetProperty("components").GetProperty("parameters").GetProperty(name).TryGetProperty("example", out _), name));
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task DefinitionSchema_Served_IsTheReadersAndTheDocumentsToo()
    {
        await using var server = await HttpServer.StartAsync();
        using var response = await server.GetAsync("/schemas/agent.json");
        var contract = new OpenApiContract(await server.Client.GetStringAsync("/openapi/v1.json"));

        Assert.Equal("application/schema+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(DefinitionSchema.Utf8.ToArray(), await response.Content.ReadAsByteArrayAsync());
        contract.AssertRequest("POST", "/api/v1/agents", """{"name": "x", "nodes": [{"name": "a", "type": "prompt", "template": "Hi"}]}""");
        Assert.ThrowsAny<Exception>(() => contract.AssertRequest("POST", "/api/v1/agents", """{"name": "x", "nodes": [{"name": "a", "type": "prompt", "templat": "Hi"}]}"""));
    }

    [Fact]
    public async Task Page_LoadsNothingFromElsewhereAndRunsOnlyItself()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.GetAsync("/docs");
        var page = await response.Content.ReadAsStringAsync();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.DoesNotMatch("https?://|src=|@import|innerHTML|localStorage|sessionStorage|document\\.cookie| style=| on[a-z]+=\"", page);
        Assert.StartsWith("default-src 'none'; connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var tag in new[] { "script", "style" })
        {
            var content = page.Split($"<{tag}>")[1].Split($"</{tag}>")[0];
            Assert.Contains($"{tag}-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'", policy, StringComparison.Ordinal);
        }
    }

    private static string RoleOf(RouteEndpoint route) =>
        route.Metadata.OfType<Role>().Select(role => role.ToString().ToLowerInvariant()).FirstOrDefault("open");

    private static IEnumerable<(string Path, string Method, JsonElement Value)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name, operation.Value);

    private static JsonElement Resolve(JsonElement document, JsonElement value) => value.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name))
        : value;

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();

    [GeneratedRegex("\"\\$ref\": \"#/(?<path>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
