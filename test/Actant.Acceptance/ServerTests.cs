using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance;

public sealed class ServerTests
{
    [Fact]
    [Trait("Row", "A4")]
    public async Task Serve_WithoutAgents_ServesTheExamples()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path);

        var body = await server.ExecuteAsync("math-assistant", "What is 15 + 27?");

        Assert.Contains("42", body.GetProperty("output").GetProperty("response").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "A4")]
    public async Task Serve_AgentsInTheDataFolder_AreServedInstead()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "agents"));
        folder.Write("agents/mine.yaml", "instructions: Greet.\nmodel: {provider: openai, model_name: gpt-4o}\n");
        await using var server = await ActantProcess.ServeAsync(folder.Path);

        var body = await server.ExecuteAsync("mine", "What is 1 + 1?");

        Assert.Equal("gpt-4o", body.GetProperty("model").GetString());
        Assert.Equal("scripted", body.GetProperty("model_source").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/v1/agents/math-assistant")).StatusCode);
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task Serve_Sigterm_StopsInGoodOrderAndKeepsWhatWasDone()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var first = await ActantProcess.ServeAsync(folder.Path))
        {
            id = (await first.ExecuteAsync("math-assistant", "What is 2 + 3?")).GetProperty("task_id").GetString()!;

            Assert.Equal(0, await first.StopAsync());
        }

        await using var second = await ActantProcess.ServeAsync(folder.Path);
        var result = await second.Client.GetFromJsonAsync<JsonElement>($"/api/v1/executions/{id}");
        Assert.Equal("completed", result.GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "O11")]
    public async Task Serve_StoppedUnderAnExecution_GoesOnAfterTheRestart()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "agents"));
        folder.Write(
            "agents/slow.yaml",
            "instructions: x\nmodel: {provider: scripted, model_name: slow, options: {delay_ms: 3000, default: late}}\n");
        string id;
        await using (var first = await ActantProcess.ServeAsync(folder.Path))
        {
            var accepted = await first.Client.PostAsJsonAsync("/api/v1/executions", new { agent = "slow", input = "x" });
            id = JsonElement.Parse(await accepted.Content.ReadAsStringAsync()).GetProperty("execution_id").GetString()!;
            await first.KillAsync();
        }

        await using var second = await ActantProcess.ServeAsync(folder.Path);
        using var events = await second.Client.GetAsync($"/api/v1/executions/{id}/events", HttpCompletionOption.ResponseHeadersRead);
        var stream = await events.Content.ReadAsStringAsync();
        Assert.Contains("event: execution_completed", stream, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "I13")]
    public async Task Serve_Root_LeadsToThePageToTryIt()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path);

        var page = await server.Client.GetAsync("/");

        Assert.Equal("/docs", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://app.example.com:8443", false)]
    [InlineData("http://app.example.com", false)]
    [Trait("Row", "O8")]
    public async Task Serve_CorsOrigins_LetsExactlyThoseIn(string origin, bool isLetIn)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path, ("ACTANT__CORSORIGINS", "https://app.example.com,http://localhost:5173"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/v1/executions");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");

        using var answer = await server.Client.SendAsync(preflight);

        Assert.Equal(isLetIn, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) && allowed.Single() == origin);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*.example.com")]
    [InlineData("https://app.example.com/")]
    [InlineData("ftp://app.example.com")]
    [Trait("Row", "O8")]
    public async Task Serve_CorsOriginThatIsNone_IsRefused(string origin)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--data", folder.Path], ("ACTANT__CORSORIGINS", origin));

        Assert.Equal(2, code);
        Assert.Contains("Actant:CorsOrigins", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTANT__SESSIONSECONDS", "0", "is not a whole number from 1 to 600")]
    [InlineData("Actant__ShutdownSeconds", "-1", "is not a whole number from 0 to 3600")]
    [InlineData("MAX_CONCURRENT_AGENTS", "NaN", "is not a whole number from 1 to 1000000")]
    [InlineData("ACTANT__MAXREADERS", "99999999999999999999", "is not a whole number from 1 to 1000000")]
    [InlineData("ACTANT__EGRESS__CONNECTTIMEOUTSECONDS", "601", "is not a whole number from 1 to 600")]
    public async Task Serve_NumberThatMeansNothing_IsRefusedWithItsVariable(string variable, string value, string allowed)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--data", folder.Path], (variable, value));

        Assert.Equal(2, code);
        Assert.Contains(variable, error, StringComparison.Ordinal);
        Assert.Contains($"'{value}' {allowed}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ACTANT__POSTGRES__LANES", "5", "Actant:Postgres:Lanes: '5' is not a whole number from 1 to 4. It stands in the variable ACTANT__POSTGRES__LANES.")]
    [InlineData("ACTANT__POSTGRES__CONNECTIONS", "7", "Actant:Postgres:Connections: '7' is not a whole number from 8 to 1000.")]
    [InlineData("ACTANT__POSTGRES__SCHEMA", "Act", "Actant:Postgres:Schema: Schema is 'Act', and must be up to 63 lower-case letters")]
    public async Task Serve_DatabaseThatIsNone_IsRefusedWithItsSetting(string variable, string value, string expected)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--data", folder.Path], ("ACTANT__POSTGRES__CONNECTIONSTRING", "Host=db;Password=hunter2"), (variable, value));

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "O10")]
    public async Task Serve_DataFolderInUse_SaysSoAndExits()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path);

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path]);

        Assert.Equal(2, code);
        Assert.NotEqual("", error);
    }

    [Fact]
    [Trait("Row", "O3")]
    public async Task Serve_Logs_AreJsonLinesWithTheFieldsOfThePage()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ActantProcess.ServeAsync(folder.Path, ("LOG_LEVEL", "DEBUG"));
        await server.ExecuteAsync("math-assistant", "What is 2 + 3?");
        await server.StopAsync();

        Assert.NotEmpty(server.Log);
        string[] levels = ["trace", "debug", "info", "warn", "error", "fatal"];
        string[] fields = ["timestamp", "level", "message", "trace_id", "job_id", "component", "duration_ms", "context", "metadata"];
        Assert.All(server.Log, line =>
        {
            var entry = JsonElement.Parse(line);
            Assert.EndsWith("Z", entry.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
            Assert.Contains(entry.GetProperty("level").GetString(), levels);
            Assert.NotEqual("", entry.GetProperty("component").GetString());
            Assert.Equal(JsonValueKind.Object, entry.GetProperty("context").ValueKind);
            Assert.Equal(JsonValueKind.Object, entry.GetProperty("metadata").ValueKind);
            Assert.All(entry.EnumerateObject(), field => Assert.Contains(field.Name, fields));
        });
        Assert.Contains(server.Log, line => JsonElement.Parse(line).GetProperty("level").GetString() == "debug");
        Assert.Contains(server.Log, line => JsonElement.Parse(line).TryGetProperty("trace_id", out _));
    }

    [Theory]
    [Trait("Row", "O3")]
    [InlineData("LOG_LEVEL", "ERROR", true)]
    [InlineData("LOG_LEVEL", "warn", true)]
    [InlineData("LOG_LEVEL", "WARNING", true)]
    [InlineData("ACTANT__LOGLEVEL", "fatal", true)]
    [InlineData("LOG_LEVEL", "loud", false)]
    [InlineData("ACTANT__LOGLEVEL", "loud", false)]
    public async Task Serve_Level_IsTakenInEitherSpelling(string name, string value, bool isTaken)
    {
        using var folder = new TemporaryFolder();

        // The second setting is always wrong, so that the server only checks.
        var (_, _, error) = await ActantProcess.RunAsync(
            ["serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path], (name, value), ("MAX_CONCURRENT_AGENTS", "0"));

        Assert.Contains("MAX_CONCURRENT_AGENTS", error, StringComparison.Ordinal);
        Assert.Equal(isTaken, !error.Contains(value, StringComparison.Ordinal));
    }
}
