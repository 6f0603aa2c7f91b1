using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actant.Acceptance.Pages;
using Actant.Testing.Vendors;

namespace Actant.Acceptance.Samples;

/// <summary>The samples of the documents that Actant was made of, against the program as it is built.</summary>
public sealed class SampleTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static readonly string[] s_ofExecutions = ["model_source", "finish_reason", "thread_id"];
    private static readonly VendorCall s_sum = new("toolu_1", "calculator", Sample.Text("executor-system/calculator-example.json"));

    /// <summary>Agent Executor System Documentation: Quick Start, "Basic Usage", and "POST /api/v1/agents/{agent_id}/execute".</summary>
    [Fact]
    [Trait("Row", "A4")]
    public async Task ExecutorSystem_Execute_TakesAndAnswersWhatTheSampleShows()
    {
        var agent = await CreateAsync("basic", "executor-system/agent-config.json");
        server.Anthropic.Reply(new VendorReply { Answer = new VendorAnswer { Deltas = ["The answer is 4"], Usage = new VendorUsage(100, 0, 0, 23, 0) } });

        var (status, answer) = await PostAsync($"/api/v1/agents/{agent}/execute", Sample.Text("executor-system/execute-request.json"));

        Assert.Equal(HttpStatusCode.OK, status);
        Sample.AssertLike(Sample.Of("executor-system/execute-response.json"), answer, s_ofExecutions);
        Assert.Equal(123, answer.GetProperty("tokens_used").GetInt32());
    }

    /// <summary>Agent Executor System Documentation: "GET /api/v1/agents/{agent_id}/tools". The description is our calculator's own.</summary>
    [Fact]
    [Trait("Row", "A4")]
    public async Task ExecutorSystem_Tools_AreShownAsInTheSample()
    {
        var agent = await CreateAsync("tools", "executor-system/agent-config.json");

        var answer = await GetAsync($"/api/v1/agents/{agent}/tools");

        var expected = JsonNode.Parse(Sample.Text("executor-system/tools-response.json"))!;
        expected["tools"]![0]!["description"] = answer.GetProperty("tools")[0].GetProperty("description").GetString();
        Sample.AssertLike(JsonElement.Parse(expected.ToJsonString()), answer, []);
        Assert.NotEqual("", answer.GetProperty("tools")[0].GetProperty("description").GetString());
    }

    /// <summary>Agent Executor System Documentation: "POST /api/v1/agents/{agent_id}/test".</summary>
    [Fact]
    [Trait("Row", "A4")]
    public async Task ExecutorSystem_Test_TakesAndAnswersWhatTheSampleShows()
    {
        var agent = await CreateAsync("tested", "executor-system/agent-config.json");
        server.Anthropic.Reply(VendorReply.Demand(s_sum));
        server.Anthropic.Reply(VendorReply.Say("Test successful"));

        var (status, answer) = await PostAsync($"/api/v1/agents/{agent}/test", Sample.Text("executor-system/test-request.json"));

        Assert.Equal(HttpStatusCode.OK, status);
        Sample.AssertLike(Sample.Of("executor-system/test-response.json"), answer, s_ofExecutions);
        var result = answer.GetProperty("test_output").GetProperty("tool_results")[0];
        Assert.Equal((true, 42), (result.GetProperty("success").GetBoolean(), result.GetProperty("output").GetProperty("result").GetInt32()));
    }

    /// <summary>Agent Executor System Documentation: "CalculatorTool" and "HTTPRequestTool", as a model is told of them.</summary>
    [Fact]
    [Trait("Row", "T1")]
    [Trait("Row", "T2")]
    public async Task ExecutorSystem_ParametersOfTools_AreThoseOfTheSamples()
    {
        var agent = await CreateAsync("both", "executor-system/agent-config.json", body => body["tools"]!["http_request"] = true);
        server.Anthropic.Reply(VendorReply.Say("Both."));
        await PostAsync($"/api/v1/agents/{agent}/execute", """{"input": "Which tools have you got?"}""");

        var asked = await server.Anthropic.Requests.NextAsync(static request => request.Body.GetProperty("messages").GetRawText().Contains("Which tools", StringComparison.Ordinal));
        var told = asked.Body.GetProperty("tools").EnumerateArray().ToDictionary(static tool => tool.GetProperty("name").GetString()!, static tool => tool.GetProperty("input_schema").GetProperty("properties"));

        AssertParameters(Sample.Of("executor-system/calculator-parameters.json"), told["calculator"]);
        AssertParameters(Sample.Of("executor-system/http-request-parameters.json"), told["http_request"]);
    }

    /// <summary>Agent Executor System Documentation: the example of "HTTPRequestTool"; this machine stands for <c>api.example.com</c>, which nobody may be asked here.</summary>
    [Fact]
    [Trait("Row", "T2")]
    [Trait("Row", "T8")]
    public async Task ExecutorSystem_HttpRequestAndItsError_AreTakenAndShownAsInTheSamples()
    {
        var agent = await CreateAsync("caller", "executor-system/agent-config.json", body => body["tools"] = new JsonObject { ["http_request"] = true });
        var arguments = JsonNode.Parse(Sample.Text("executor-system/http-request-example.json"))!;
        arguments["url"] = "http://127.0.0.1:9/data";
        server.Anthropic.Reply(VendorReply.Demand(new VendorCall("toolu_1", "http_request", arguments.ToJsonString())));
        server.Anthropic.Reply(VendorReply.Say("I may not."));

        var (_, answer) = await PostAsync($"/api/v1/agents/{agent}/execute", """{"input": "Fetch it"}""");

        // The arguments passed the schema: what refuses them is the guard of what leaves the server.
        var result = answer.GetProperty("output").GetProperty("tool_results")[0];
        var error = result.GetProperty("error");
        Assert.Equal("egress_refused", error.GetProperty("code").GetString());
        var expected = JsonNode.Parse(Sample.Text("executor-system/error-response.json"))!;
        expected["error"] = error.GetProperty("error").GetString();
        expected["tool_name"] = "http_request";
        expected["code"] = error.GetProperty("code").GetString();
        Sample.AssertLike(JsonElement.Parse(expected.ToJsonString()), error, []);
        Assert.Equal(expected.AsObject().Select(static field => field.Key), error.EnumerateObject().Select(static field => field.Name));
    }

    /// <summary>Agent Executor System Documentation: "Security Context" and "Rate Limiting".</summary>
    [Fact]
    [Trait("Row", "T7")]
    public async Task ExecutorSystem_SecurityContextAndRateLimits_AreTakenAsInTheSamples()
    {
        var limits = Sample.Of("executor-system/rate-limits.json");
        var agent = await CreateAsync("bounded", "executor-system/agent-config.json", body =>
        {
            body["tools"] = new JsonObject { ["calculator"] = true, ["http_request"] = true };
            body["tool_definitions"] = new JsonArray([.. limits.EnumerateObject().Select(static tool => (JsonNode)new JsonObject
            {
                ["name"] = tool.Name,
                ["type"] = "builtin",
                ["limits"] = JsonNode.Parse(tool.Value.GetRawText()),
            })]);
        });
        server.Anthropic.Reply(VendorReply.Demand(s_sum));
        server.Anthropic.Reply(VendorReply.Say("42"));

        var (status, answer) = await PostAsync($"/api/v1/agents/{agent}/execute", $$"""{"input": "15 + 27?", "security_context": {{Sample.Text("executor-system/security-context.json")}}}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(answer.GetProperty("output").GetProperty("tool_results")[0].GetProperty("success").GetBoolean());
        var audited = await GetAsync("/api/v1/audit?user_id=user-uuid");
        Assert.Equal(("calculator", "org-uuid"), (audited.GetProperty("calls")[0].GetProperty("tool").GetString(), audited.GetProperty("calls")[0].GetProperty("organization_id").GetString()));
    }

    /// <summary>Agent Executor System Documentation: "Integration Tests": the agent with all its fields, and that it runs.</summary>
    [Fact]
    [Trait("Row", "A3")]
    public async Task ExecutorSystem_CreateAgent_TakesAndAnswersWhatTheTestOfTheDocumentAsserts()
    {
        var body = JsonNode.Parse(Sample.Text("executor-system/create-agent.json"))!;
        body["api_key"] = FakeVendor.Key;

        var (status, made) = await PostAsync("/api/v1/agents", body.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, status);
        var expected = JsonNode.Parse(Sample.Text("executor-system/create-agent.json"))!.AsObject();
        expected.Remove("api_key");
        expected["id"] = "uuid";
        Sample.AssertLike(JsonElement.Parse(expected.ToJsonString()), made, ["agent_id", "provider", "version", "read_only", "hash", "labels", "created_at", "updated_at", "definition"]);
        Assert.DoesNotContain(FakeVendor.Key, made.GetRawText(), StringComparison.Ordinal);
        server.Anthropic.Reply(VendorReply.Say("done"));
        var (executed, answer) = await PostAsync($"/api/v1/agents/{made.GetProperty("id").GetString()}/execute", """{"input": "Test execution"}""");
        Assert.Equal(HttpStatusCode.OK, executed);
        Assert.True(answer.TryGetProperty("task_id", out _));
    }

    /// <summary>Agent Executor System Documentation: "Creating Custom Tools": the definition is read; a class that nobody registered is named.</summary>
    [Fact]
    [Trait("Row", "A2")]
    public async Task ExecutorSystem_CustomTools_AreReadAndAnUnknownClassIsNamed()
    {
        using var folder = new TemporaryFolder();
        var body = JsonNode.Parse(Sample.Text("executor-system/custom-agent.json"))!;
        body["model"] = "scripted";

        var (code, output, error) = await ActantProcess.RunAsync(["validate", folder.Write("custom.json", body.ToJsonString())]);

        Assert.Equal(2, code);
        Assert.Contains("CustomTool", output + error, StringComparison.Ordinal);
        Assert.Contains("unknown_tool", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown_field", output + error, StringComparison.Ordinal);
    }

    /// <summary>Agent Executor System Documentation: "Common Errors": each name stands beside our code on the page of tools.</summary>
    [Fact]
    [Trait("Row", "T8")]
    public void ExecutorSystem_NamesOfErrors_StandBesideOurs()
    {
        var page = File.ReadAllText(Path.Combine(Fence.Root, "docs/tools.md"));

        Assert.All(Sample.Words("executor-system/error-names.json"), name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    /// <summary>Agent Executor Service: "Test CloudEvent Request": its definition and its input. The envelope is <see href="https://cloudevents.io/">another matter</see>.</summary>
    [Fact]
    [Trait("Row", "A1")]
    public async Task ExecutorService_DefinitionAndInputOfTheEvent_RunAsTheyStand()
    {
        var data = Sample.Of("executor-service/cloud-event.json").GetProperty("data");
        server.OpenAI.Reply(VendorReply.Say("Hello! How can I help?"));

        var (status, accepted) = await PostAsync(
            "/api/v1/executions", $$"""{"definition": {{data.GetProperty("agent_definition").GetRawText()}}, "input": {{data.GetProperty("input").GetRawText()}}}""");

        Assert.Equal(HttpStatusCode.Accepted, status);
        var ended = await EndAsync(accepted.GetProperty("execution_id").GetString()!);
        Assert.Equal(("completed", "Hello! How can I help?", "gpt-4o", "openai"), (Text(ended, "status"), Text(ended, "response"), Text(ended, "model"), Text(ended, "model_source")));
        var asked = (await server.OpenAI.Requests.NextAsync()).Body.GetProperty("messages");
        Assert.Equal("""[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Hello!"}]""", asked.GetRawText());
    }

    /// <summary>Agent Executor Service: "Structured Logging"; Agent Execution Platform: "Log Structure". What the second spells otherwise is on the page of logs.</summary>
    [Fact]
    [Trait("Row", "O3")]
    public async Task ExecutorServiceAndPlatform_LogOfAnExecution_HasTheFieldsOfBothSamples()
    {
        using var folder = new TemporaryFolder();
        await using var process = await ActantProcess.ServeAsync(folder.Path, ("LOG_LEVEL", "INFO"));
        const string Body = """{"agent": "math-assistant", "input": "1 + 1", "security_context": {"user_id": "user-456"}, "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}""";
        using var response = await process.Client.PostAsync("/api/v1/executions", new StringContent(Body, Encoding.UTF8, "application/json"));
        var id = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("execution_id").GetString()!;
        await EndAsync(id, process.Client);
        await process.StopAsync();

        var line = JsonElement.Parse(Assert.Single(process.Log, static text => text.Contains(" completed in ", StringComparison.Ordinal)));
        Assert.Empty(Names(Sample.Of("executor-service/log.json")).Except(Names(line)));
        Assert.Empty(Names(Sample.Of("execution-platform/log.json")).Except(["traceId"]).Except(Names(line)));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", Text(line, "timestamp"));
        Assert.Equal(("info", id, "0af7651916cd43dd8448eb211c80319c"), (Text(line, "level"), Text(line, "job_id"), Text(line, "trace_id")));
        Assert.Equal(JsonValueKind.Number, line.GetProperty("duration_ms").ValueKind);
        var context = line.GetProperty("context");
        Assert.Equal(Names(Sample.Of("execution-platform/log.json").GetProperty("context")), Names(context));
        Assert.Equal((id, "math-assistant", "user-456"), (Text(context, "executionId"), Text(context, "agentId"), Text(context, "userId")));
    }

    /// <summary>Agent Executor Service: "Metrics".</summary>
    [Fact]
    [Trait("Row", "O2")]
    public async Task ExecutorService_Metrics_HaveTheNamesAndTypesOfTheTable()
    {
        await server.Process.ExecuteAsync("math-assistant", "What is 1 + 1?");
        var page = await server.Client.GetStringAsync("/metrics");

        Assert.All(Sample.Of("executor-service/metrics.json").EnumerateObject(), metric => Assert.Contains($"# TYPE {metric.Name} {metric.Value.GetString()}\n", page, StringComparison.Ordinal));
        Assert.Contains("agent_executor_jobs_total{status=\"completed\"} ", page, StringComparison.Ordinal);
    }

    /// <summary>Agent Executor Service: "Key Endpoints"; Agent Execution Platform: "Health Checks".</summary>
    [Theory]
    [Trait("Row", "O1")]
    [InlineData("executor-service/endpoints.json")]
    [InlineData("execution-platform/endpoints.json")]
    public async Task Endpoints_OfHealthAndMetrics_Answer(string sample)
    {
        foreach (var path in Sample.Words(sample))
        {
            using var response = await server.Client.GetAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.OK, path);
        }
    }

    /// <summary>Agent Executor Service: "Environment Variables"; Agent Execution Platform: "Kubernetes Deployment": each is known, and a wrong value of it is named.</summary>
    [Theory]
    [Trait("Row", "O8")]
    [InlineData("executor-service/variables.json")]
    [InlineData("execution-platform/variables.json")]
    public void Variables_OfTheSamples_AreOnThePage(string sample)
    {
        var pages = File.ReadAllText(Path.Combine(Fence.Root, "docs/cli.md")) + File.ReadAllText(Path.Combine(Fence.Root, "docs/cluster.md"));

        Assert.All(Sample.Of(sample).EnumerateObject(), variable => Assert.Contains($"`{variable.Name}`", pages, StringComparison.Ordinal));
    }

    /// <summary>Agent Execution Platform: "Log Levels": each of its words is taken.</summary>
    [Fact]
    [Trait("Row", "O3")]
    public async Task Platform_LevelsOfLogs_AreTaken()
    {
        using var folder = new TemporaryFolder();
        foreach (var level in Sample.Words("execution-platform/levels.json"))
        {
            // The second setting is always wrong, so that the server only checks.
            var (_, _, error) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], ("LOG_LEVEL", level), ("MAX_CONCURRENT_AGENTS", "0"));

            Assert.DoesNotContain("LOG_LEVEL", error, StringComparison.Ordinal);
            Assert.Contains("MAX_CONCURRENT_AGENTS", error, StringComparison.Ordinal);
        }
    }

    /// <summary>Agent Execution Service: "Formato de Mensaje Estandarizado": its words for a status, each beside ours on the page.</summary>
    [Fact]
    [Trait("Row", "X3")]
    public void ExecutionService_Statuses_StandBesideOurs()
    {
        var page = File.ReadAllText(Path.Combine(Fence.Root, "docs/http-api.md"));
        var rows = Regex.Matches(page, @"^\| `(?<ours>\w+)` \| [^|]+ \| (?<theirs>[^|]*) \|$", RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        var known = rows.Where(static row => Enum.GetNames<ExecutionStatus>().Any(name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name) == row.Groups["ours"].Value)).ToList();

        Assert.Equal(Enum.GetNames<ExecutionStatus>().Length, known.Count);
        Assert.All(Sample.Words("execution-service/statuses.json"), word => Assert.Contains(known, row => row.Groups["theirs"].Value.Contains($"`{word}`", StringComparison.Ordinal)));
    }

    private static void AssertParameters(JsonElement sample, JsonElement properties)
    {
        Assert.Equal(Names(sample).Order(), Names(properties).Order());
        foreach (var parameter in sample.EnumerateObject())
        {
            var (said, schema) = (parameter.Value.GetString()!, properties.GetProperty(parameter.Name));
            var words = said.Split(' ')[0].Split('|');
            if (schema.TryGetProperty("enum", out var values))
            {
                Assert.Equal(words.Order(), values.EnumerateArray().Select(static value => value.GetString()!).Order());
            }
            else if (schema.TryGetProperty("type", out var type))
            {
                var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static one => one.GetString()) : [type.GetString()];
                Assert.All(words, word => Assert.Contains(types, one => one == word || (word == "integer" && one == "number")));
            }

            if (Regex.Match(said, "default: (?<value>\\w+)", RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } preset)
            {
                Assert.Equal(preset.Groups["value"].Value, schema.GetProperty("default").GetRawText());
            }
        }
    }

    private async Task<string> CreateAsync(string name, string sample, Action<JsonNode>? change = null)
    {
        var body = JsonNode.Parse(Sample.Text(sample))!;
        body["name"] = name;
        body["model"] = "claude-sonnet-4-20250514";
        change?.Invoke(body);
        var (status, made) = await PostAsync("/api/v1/agents", body.ToJsonString());
        Assert.True(status == HttpStatusCode.OK, made.GetRawText());
        return made.GetProperty("id").GetString()!;
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, string body)
    {
        using var response = await server.Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await server.Client.GetStringAsync(path));

    private Task<JsonElement> EndAsync(string id) => EndAsync(id, server.Client);

    // The stream of an execution ends with it.
    private static async Task<JsonElement> EndAsync(string id, HttpClient client)
    {
        await client.GetStringAsync($"/api/v1/executions/{id}/events");
        return JsonElement.Parse(await client.GetStringAsync($"/api/v1/executions/{id}"));
    }

    private static IEnumerable<string> Names(JsonElement value) => value.EnumerateObject().Select(static field => field.Name);

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();
}
