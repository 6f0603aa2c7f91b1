using System.Text;
using System.Text.RegularExpressions;
using Actant.AspNetCore.Problems;
using Actant.Storage;

namespace Actant.AspNetCore.Tests.Problems;

[Trait("Row", "I10")]
public sealed partial class ProblemTests
{
    private const string Sums = "/api/v1/agents/sums/execute";
    private const string Executions = "/api/v1/executions";

    [Theory]
    [InlineData(400, "invalid_json", Sums, "{")]
    [InlineData(400, "invalid_json", Sums, "[]")]
    [InlineData(400, "invalid_json", Sums, "")]
    [InlineData(400, "invalid_json", Sums, "{\"input\": \"x\", \"input\": \"y\"}")]
    [InlineData(400, "invalid_json", Sums, "{\"input\": \"\\ud800\"}")]
    [InlineData(400, "invalid_input", Sums, "{}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": 5}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": \"x\", \"colour\": 1}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": \"x\", \"priority\": 10}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": \"x\", \"timeout_ms\": 1.5}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": \"x\", \"thread_id\": \"\"}")]
    [InlineData(400, "invalid_input", Sums, "{\"input\": \"x\", \"when_busy\": \"wait\"}")]
    [InlineData(400, "invalid_input", Executions, "{\"agent\": \"sums\", \"definition\": {}, \"input\": \"x\"}")]
    [InlineData(400, "invalid_input", Executions, "{\"input\": \"x\"}")]
    [InlineData(400, "invalid_input", Executions + "/cancel", "{}")]
    [InlineData(400, "invalid_input", "/api/v1/threads/t/fork", "{}")]
    [InlineData(404, "agent_not_found", "/api/v1/agents/nobody/execute", "{\"input\": \"x\"}")]
    [InlineData(404, "execution_not_found", Executions + "/nothing/cancel", "{}")]
    [InlineData(404, "thread_not_found", "/api/v1/threads/t/fork", "{\"position\": 1}")]
    [InlineData(404, "not_found", "/api/v2/anything", "{}")]
    [InlineData(405, "method_not_allowed", "/health", "{}")]
    [InlineData(409, "agent_inactive", "/api/v1/agents/asleep/execute", "{\"input\": \"x\"}")]
    [InlineData(422, "invalid_definition", Executions, "{\"definition\": {}, \"input\": \"x\"}")]
    public async Task Post_BadRequest_HasItsRow(int status, string code, string path, string body)
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(await server.PostAsync(path, body), status, code);
    }

    [Fact]
    public async Task Post_SeveralFaults_AreNamedAtOnce()
    {
        await using var server = await HttpServer.StartAsync();

        var problem = await HttpServer.AssertProblemAsync(
            await server.PostAsync(Sums, """{"priority": -1, "thread_id": 5, "colour": "red"}"""), 400, "invalid_input");

        Assert.Equal(
            ["$.colour", "$.input", "$.priority", "$.thread_id"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).Order());
        Assert.Equal(Sums, problem.GetProperty("instance").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/jsonx")]
    [InlineData("")]
    public async Task Post_OtherMediaType_IsRefused(string contentType)
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(
            await server.PostAsync(Sums, """{"input": "x"}""", contentType: contentType), 415, "unsupported_media_type");
    }

    [Fact]
    public async Task Post_FiftyMegabytes_AreRefused()
    {
        await using var server = await HttpServer.StartAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"input": "{{new string('x', 50_000_000)}}"}""");

        await HttpServer.AssertProblemAsync(await PatientlyAsync(server, new ByteArrayContent(body)), 413, "payload_too_large");
        using var chunked = new StreamContent(new MemoryStream(body, 0, 6_000_000));
        chunked.Headers.ContentLength = null;
        await HttpServer.AssertProblemAsync(await PatientlyAsync(server, chunked), 413, "payload_too_large");
    }

    [Fact]
    public async Task Post_SecondOnABusyThread_IsRefusedWhereAskedTo()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SubmitAsync("""{"agent": "slow", "input": "x", "thread_id": "t"}""");
        await server.ModelClock.WhenArmedAsync();

        await HttpServer.AssertProblemAsync(
            await server.PostAsync(Executions, """{"agent": "sums", "input": "x", "thread_id": "t", "when_busy": "reject"}"""), 409, "thread_busy");
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Post_KeyWithAnotherBody_IsAConflict()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SubmitAsync("""{"agent": "sums", "input": "What is 1 + 1?"}""", key: "k");

        await HttpServer.AssertProblemAsync(
            await server.PostAsync(Executions, """{"agent": "sums", "input": "What is 1 + 2?"}""", key: "k"), 409, "idempotency_conflict");
    }

    [Theory]
    [Trait("Row", "X9")]
    [InlineData("""{"answer": {"approved": "perhaps"}}""", 422, "invalid_answer")]
    [InlineData("""{"answers": {"other": true}}""", 404, "interrupt_not_found")]
    [InlineData("""{"answer": 1, "answers": {"other": true}}""", 400, "invalid_input")]
    [InlineData("{}", 400, "invalid_input")]
    public async Task Resume_BadAnswer_IsRefused(string body, int status, string code)
    {
        await using var server = await HttpServer.StartAsync();
        var id = await InterruptedAsync(server, "approval");

        await HttpServer.AssertProblemAsync(await server.PostAsync($"{Executions}/{id}/resume", body), status, code);
    }

    [Fact]
    [Trait("Row", "X9")]
    public async Task Resume_WithoutIdWhereSeveralAsk_IsAmbiguous()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await InterruptedAsync(server, "two-questions");

        await HttpServer.AssertProblemAsync(await server.PostAsync($"{Executions}/{id}/resume", """{"answer": "x"}"""), 409, "interrupt_ambiguous");
    }

    [Fact]
    [Trait("Row", "X9")]
    public async Task Post_InputOnAThreadThatWaits_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();
        await InterruptedAsync(server, "approval");

        await HttpServer.AssertProblemAsync(
            await server.PostAsync(Executions, """{"agent": "sums", "input": "x", "thread_id": "waits"}"""), 409, "thread_interrupted");
    }

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("cancel")]
    public async Task Steer_EndedExecution_IsRefused(string verb)
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 1 + 1?"}""");
        await server.WaitAsync(id);

        await HttpServer.AssertProblemAsync(await server.PostAsync($"{Executions}/{id}/{verb}", ""), 409, "execution_ended");
    }

    [Fact]
    public async Task Any_UnexpectedError_TellsAnIdAndNothingElse()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        faults.Fault = method => method.Name == nameof(ITenantStore.ListThreadsAsync) ? new InvalidOperationException("a secret") : null;

        var problem = await HttpServer.AssertProblemAsync(await server.GetAsync("/api/v1/threads"), 500, "internal_error");

        Assert.True(Guid.TryParse(problem.GetProperty("error_id").GetString(), out _));
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_StoreIsAway_SaysWhenToComeAgain()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        faults.Fault = method => method.Name == nameof(ITenantStore.ListThreadsAsync) ? new StoreUnavailableException("away") : null;

        var response = await server.GetAsync("/api/v1/threads");

        await HttpServer.AssertProblemAsync(response, 503, "store_unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Any_StoreIsDamaged_SaysWhatToDoInstead()
    {
        var faults = new StoreFaults();
        await using var server = await HttpServer.StartAsync(faults.Store);
        faults.Fault = method => method.Name == nameof(ITenantStore.ListThreadsAsync)
            ? new StoreUnavailableException("at /a/path") { Remedy = "the database is damaged: restore a backup" } : null;

        var response = await server.GetAsync("/api/v1/threads");

        var problem = await HttpServer.AssertProblemAsync(response, 503, "store_unavailable");
        Assert.StartsWith("For the operator: the database is damaged: restore a backup.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("agent")]
    [InlineData("thread_id")]
    [InlineData("label")]
    [InlineData("subject")]
    [InlineData("batch")]
    [InlineData("root_execution_id")]
    [InlineData("limit")]
    [InlineData("cursor")]
    public async Task List_EmptyParameter_IsRefusedWithItsName(string name)
    {
        await using var server = await HttpServer.StartAsync();

        var problem = await HttpServer.AssertProblemAsync(await server.GetAsync($"/api/v1/executions?{name}="), 400, "invalid_input");

        Assert.Equal($"?{name}", problem.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    [Fact]
    public void Table_EveryRow_IsAnErrorWithATitle()
    {
        Assert.All(ProblemTable.Codes, code =>
        {
            var (status, title) = ProblemTable.Of(code);
            Assert.InRange(status, 400, 599);
            Assert.NotEqual("", title);
        });
        Assert.All([400, 404, 405, 413, 415, 429, 500, 503], status => Assert.Equal(status, ProblemTable.Of(ProblemTable.CodeOf(status)).Status));
    }

    [Fact]
    public async Task Body_ByteOrderMark_IsSkippedAndCompressedBodiesAreNamed()
    {
        await using var server = await HttpServer.StartAsync();
        using var compressed = new HttpRequestMessage(HttpMethod.Post, Sums) { Content = new ByteArrayContent([0x1f, 0x8b, 8, 0]) };
        compressed.Content.Headers.ContentType = new("application/json");
        compressed.Content.Headers.ContentEncoding.Add("gzip");

        using var marked = await server.PostAsync(Sums, [0xEF, 0xBB, 0xBF, .. """{"input": "What is 1 + 1?"}"""u8]);

        Assert.Equal(System.Net.HttpStatusCode.OK, marked.StatusCode);
        var problem = await HttpServer.AssertProblemAsync(await server.Client.SendAsync(compressed, TestContext.Current.CancellationToken), 415, "unsupported_media_type");
        Assert.Contains("Content-Encoding", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_Rows_AreThoseOfThePage()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "errors.md"), TestContext.Current.CancellationToken);

        // What an id of a request can be stands among the codes of its faults.
        Assert.Equal(
            ProblemTable.Codes.Where(static code => code != "invalid_id").Select(static code => $"{code} {ProblemTable.Of(code).Status}").Order(StringComparer.Ordinal),
            PageRow().Matches(page).Select(static row => $"{row.Groups["code"].Value} {row.Groups["status"].Value}").Order(StringComparer.Ordinal));
    }

    private static async Task<string> InterruptedAsync(HttpServer server, string agent)
    {
        var id = await server.SubmitAsync($$"""{"agent": "{{agent}}", "input": "x", "thread_id": "waits"}""");
        await server.WaitAsync(id);
        return id;
    }

    private static async Task<HttpResponseMessage> PatientlyAsync(HttpServer server, HttpContent body)
    {
        // The server answers without reading on; the client is told to wait for that before it sends.
        using var request = new HttpRequestMessage(HttpMethod.Post, Sums) { Content = body };
        request.Headers.ExpectContinue = true;
        body.Headers.ContentType = new("application/json");
        if (body.Headers.ContentLength is null)
        {
            request.Headers.TransferEncodingChunked = true;
        }

        return await server.Client.SendAsync(request);
    }

    // | `queue_full` | 429 | …
    [GeneratedRegex(@"^\| `(?<code>\w+)` \| (?<status>\d{3}) \|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex PageRow();
}
