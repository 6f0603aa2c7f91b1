using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Access;
using Actant.AspNetCore.Tests.Deliveries;

namespace Actant.AspNetCore.Tests.CloudEvents;

[Trait("Row", "I1")]
public sealed class EventEndpointTests
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Row", "I2")]
    public async Task Structured_Job_RunsAndItsEndComesToTheSink()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(sink: $"{receiver.Url}/broker");

        using var response = await server.PostAsync("/", TestJobs.Event().ToJsonString(), contentType: Structured);
        var accepted = await HttpServer.JsonAsync(response);
        var (path, headers, body) = await receiver.Requests.NextAsync();
        var result = JsonElement.Parse(body);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/v1/executions/{accepted.GetProperty("execution_id").GetString()}", response.Headers.Location?.OriginalString);
        Assert.Equal("job-1", accepted.GetProperty("thread_id").GetString());
        Assert.Equal(("/broker", "application/cloudevents+json; charset=utf-8"), (path, headers["content-type"]));
        Assert.Equal(("1.0", "dev.my-platform.agent.completed", "tests", "job-1", "application/json"), (Of(result, "specversion"), Of(result, "type"), Of(result, "source"), Of(result, "subject"), Of(result, "datacontenttype")));
        var data = result.GetProperty("data");
        Assert.Equal(("job-1", "completed", "hello"), (Of(data, "job_id"), Of(data, "status"), Of(data, "result")));
        Assert.Equal((accepted.GetProperty("execution_id").GetString(), "default"), (Of(data, "execution_id"), Of(data, "tenant_id")));
    }

    [Fact]
    [Trait("Row", "I2")]
    public async Task Sink_Fails_TheSameEventComesAgain()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(sink: receiver.Url);
        var answers = new Queue<int>([500, 404, 200]);
        receiver.Answer = context => Task.FromResult(context.Response.StatusCode = answers.Dequeue());

        using var response = await server.PostAsync("/", TestJobs.With("data.agent_definition.nodes=[{\"type\": \"orchestrator\", \"name\": \"main\", \"model\": {\"provider\": \"scripted\", \"model_name\": \"m\", \"options\": {\"default\": {\"answer\": \"never\", \"fail\": {\"code\": \"model_request_rejected\"}}}}}]"), contentType: Structured);
        var bodies = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            bodies.Add(Encoding.UTF8.GetString((await receiver.Requests.NextAsync()).Body));
        }

        Assert.Single(bodies.Distinct());
        var result = JsonElement.Parse(bodies[0]);
        Assert.Equal(("dev.my-platform.agent.failed", "failed"), (Of(result, "type"), Of(result.GetProperty("data"), "status")));
        Assert.Equal("model_request_rejected", Of(result.GetProperty("data").GetProperty("error"), "code"));
    }

    [Fact]
    public async Task Binary_Job_IsTheSameEvent()
    {
        await using var server = await HttpServer.StartAsync();
        using var first = await SendBinaryAsync(server, "test-client");
        using var again = await server.PostAsync("/", TestJobs.Event().ToJsonString(), contentType: Structured);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(Of(await HttpServer.JsonAsync(first), "execution_id"), Of(await HttpServer.JsonAsync(again), "execution_id"));

        // Another source is another event, also with the same id.
        using var other = await SendBinaryAsync(server, "a-b%E2%82%AC");
        Assert.NotEqual(Of(await HttpServer.JsonAsync(first), "execution_id"), Of(await HttpServer.JsonAsync(other), "execution_id"));
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Event_AgainWithAnotherBody_IsAConflict_AndNoRequestCanNameItsKey()
    {
        await using var server = await HttpServer.StartAsync();
        using var first = await server.PostAsync("/", TestJobs.Event().ToJsonString(), contentType: Structured);
        using var other = await server.PostAsync("/", TestJobs.With("data.input=\"Something else\""), contentType: Structured);
        using var forged = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "What is 1 + 1?"}""", key: "cloudevent:test-client job-1");
        using var plain = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "What is 1 + 1?"}""", key: "test-client job-1");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        await HttpServer.AssertProblemAsync(other, 409, "idempotency_conflict");
        await HttpServer.AssertProblemAsync(forged, 400, "invalid_input");
        Assert.Equal(HttpStatusCode.Accepted, plain.StatusCode);
    }

    [Theory]
    [InlineData("100%")]
    [InlineData("a%zzb")]
    [InlineData("%ff")]
    public async Task Binary_PercentThatEncodesNothing_IsSaidWithItsPlace(string source)
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await SendBinaryAsync(server, source);

        var problem = await HttpServer.AssertProblemAsync(response, 400, "invalid_input");
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal("$.source", Of(error, "path"));
        Assert.Contains("%25", Of(error, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Structured_TimeWithSmallLetters_IsATime()
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/", TestJobs.With("time=\"2026-11-30t12:00:00z\""), contentType: Structured);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("id=", "$.id")]
    [InlineData("id=\"\"", "$.id")]
    [InlineData("id=7.5", "$.id")]
    [InlineData("source=", "$.source")]
    [InlineData("source=\"http://[\"", "$.source")]
    [InlineData("source=\"/aa c\"", "$.source")]
    [InlineData("type=", "$.type")]
    [InlineData("type=\"com.example.other\"", "$.type")]
    [InlineData("specversion=", "$.specversion")]
    [InlineData("specversion=\"0.3\"", "$.specversion")]
    [InlineData("time=\"yesterday\"", "$.time")]
    [InlineData("dataschema=\"not absolute\"", "$.dataschema")]
    [InlineData("datacontenttype=\"text/xml\"", "$.datacontenttype")]
    [InlineData("Bad_Name=\"x\"", "$.Bad_Name")]
    [InlineData("extension={\"a\": 1}", "$.extension")]
    [InlineData("subject=\"a\\u0000b\"", "$.subject")]
    [InlineData("data=", "$.data")]
    [InlineData("data=\"text\"", "$.data")]
    [InlineData("data_base64=\"e30=\"", "$.data_base64")]
    [InlineData("data.job_id=", "$.data.job_id")]
    [InlineData("data.job_id=7", "$.data.job_id")]
    [InlineData("data.job_id=\"..\"", "$.data.job_id")]
    [InlineData("data.input=", "$.data.input")]
    [InlineData("data.input={\"messages\": 7}", "$.data.input.messages")]
    [InlineData("data.priority=10", "$.data.priority")]
    [InlineData("data.extra=1", "$.data.extra")]
    [InlineData("data.deliver_to=[{}]", "$.data.deliver_to[0].url")]
    [InlineData("data.agent_definition=", "$.data.agent")]
    public async Task Event_Wrong_GetsTheReasonWithItsPlace(string change, string path)
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/", TestJobs.With(change), contentType: Structured);

        var problem = await HttpServer.AssertProblemAsync(response, 400, "invalid_input");
        Assert.Contains(path, problem.GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Event_SeveralFaults_AreAllSaidAtOnce()
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/", """{"specversion": "2", "type": 7, "data": {"job_id": 1, "inputs": 2}}""", contentType: Structured);

        var paths = (await HttpServer.AssertProblemAsync(response, 400, "invalid_input")).GetProperty("errors").EnumerateArray().Select(static error => error.GetProperty("path").GetString());
        Assert.Superset(new HashSet<string?> { "$.specversion", "$.id", "$.source", "$.type", "$.data.job_id", "$.data.input", "$.data.inputs", "$.data.agent" }, paths.ToHashSet());
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task Definition_Wrong_GetsItsPlaceInTheEvent()
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/", TestJobs.With("data.agent_definition.edges=[{\"from\": \"main\", \"to\": \"nobody\", \"type\": \"direct\"}]"), contentType: Structured);

        var problem = await HttpServer.AssertProblemAsync(response, 422, "invalid_definition");
        Assert.StartsWith("$.data.agent_definition.edges[0]", problem.GetProperty("errors")[0].GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_Hostile_AreRefused()
    {
        await using var server = await HttpServer.StartAsync();
        foreach (var (body, type, status, code) in ((string, string, int, string)[])
        [
            ("{}", "application/json", 400, "invalid_input"),
            ("{}", "text/plain", 400, "invalid_input"),
            ("<event/>", "application/cloudevents+xml", 415, "unsupported_media_type"),
            ("[]", Structured, 400, "invalid_json"),
            ("{}", Batch, 400, "invalid_json"),
            ("[]", Batch, 400, "invalid_input"),
            ("", Structured, 400, "invalid_json"),
            (new string('[', 5000), Structured, 400, "invalid_json"),
            (new string('[', 5000), Batch, 400, "invalid_json"),
            ("""{"id": "\ud800"}""", Structured, 400, "invalid_json"),
            ("""{"id": "a", "id": "b"}""", Structured, 400, "invalid_json"),
            ($$"""{"id": "{{new string('x', 5 * 1024 * 1024)}}"}""", Structured, 413, "payload_too_large"),
            ($"[{string.Join(',', Enumerable.Repeat("{}", 1001))}]", Batch, 400, "invalid_input"),
        ])
        {
            using var response = await server.PostAsync("/", body, contentType: type);
            await HttpServer.AssertProblemAsync(response, status, code);
        }

        using var many = await server.PostAsync("/", $$"""{{{string.Join(',', Enumerable.Range(0, 100_000).Select(static i => $"\"a{i}\": 1"))}}}""", contentType: Structured);
        var problem = await HttpServer.AssertProblemAsync(many, 400, "invalid_input");
        Assert.InRange(problem.GetProperty("errors").GetArrayLength(), 2, 100);
    }

    [Fact]
    public async Task Batch_PartlyWrong_SaysWhichAndWhy()
    {
        await using var server = await HttpServer.StartAsync();
        var batch = new JsonArray(TestJobs.Event("a"), JsonNode.Parse(TestJobs.With("data.input=")), 7, TestJobs.Event("a"));

        using var response = await server.PostAsync("/", batch.ToJsonString(), contentType: Batch);

        var receipt = await HttpServer.JsonAsync(response);
        var events = receipt.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(HttpStatusCode.MultiStatus, response.StatusCode);
        Assert.Equal((2, 2), (receipt.GetProperty("accepted").GetInt32(), receipt.GetProperty("refused").GetInt32()));
        Assert.Equal([202, 400, 400, 202], events.Select(static item => item.GetProperty("status").GetInt32()));
        Assert.Equal("job-1", Of(events[1], "id"));
        Assert.Equal("$[1].data.input", Of(events[1].GetProperty("problem").GetProperty("errors")[0], "path"));
        Assert.Equal("$[2]", Of(events[2].GetProperty("problem").GetProperty("errors")[0], "path"));
        Assert.Equal(Of(events[0].GetProperty("accepted"), "execution_id"), Of(events[3].GetProperty("accepted"), "execution_id"));
    }

    [Fact]
    [Trait("Row", "S6")]
    public async Task Keys_OfTenants_TakeJobsOfTheirOwnAlone()
    {
        await using var server = await HttpServer.StartAsync();
        _ = await KeyAsync(server, TenantId.Default, Role.Admin);
        var (one, viewer) = (await KeyAsync(server, new TenantId("one"), Role.Runner), await KeyAsync(server, new TenantId("one"), Role.Viewer));

        using var nobody = await server.PostAsync("/", TestJobs.Event().ToJsonString(), contentType: Structured);
        using var looks = await SendAsync(server, viewer, TestJobs.Event().ToJsonString());
        using var foreign = await SendAsync(server, one, TestJobs.With("data.tenant_id=\"two\""));
        using var own = await SendAsync(server, one, TestJobs.With("data.tenant_id=\"one\""));

        await HttpServer.AssertProblemAsync(nobody, 401, "unauthenticated");
        await HttpServer.AssertProblemAsync(looks, 403, "forbidden");
        var problem = await HttpServer.AssertProblemAsync(foreign, 403, "forbidden");
        Assert.Equal("$.data.tenant_id", Of(problem.GetProperty("errors")[0], "path"));
        Assert.Equal(HttpStatusCode.Accepted, own.StatusCode);
    }

    private static async Task<string> KeyAsync(HttpServer server, TenantId tenant, Role role) => (await server.Keys.CreateAsync(tenant, "key", role, lifetime: null, Token)).Value!.Text;

    private static Task<HttpResponseMessage> SendAsync(HttpServer server, string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8, Structured) };
        request.Headers.Authorization = new("Bearer", key);
        return server.Client.SendAsync(request, Token);
    }

    private static async Task<HttpResponseMessage> SendBinaryAsync(HttpServer server, string source)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(TestJobs.Event()["data"]!.ToJsonString(), Encoding.UTF8, "application/json") };
        foreach (var (name, value) in ((string, string)[])[("ce-specversion", "1.0"), ("ce-id", "job-1"), ("CE-Source", source), ("ce-type", "dev.my-platform.agent.execute")])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await server.Client.SendAsync(request, Token);
    }

    private static string? Of(JsonElement value, string name) => value.GetProperty(name).GetString();
}
