using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Testing;

namespace Actant.Acceptance;

/// <summary>Events of a broker that sends no key, as a Trigger of Knative does: at a port of their own.</summary>
[Trait("Row", "I1")]
[Trait("Row", "O5")]
public sealed class OpenEventTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_AtTheirOwnPort_NeedNoKeyAndNothingElseIsThere()
    {
        using var folder = new TemporaryFolder();
        var key = Regex.Match((await ActantProcess.RunAsync(["token", "create", "first", "--role", "admin", "--data", folder.Path])).Output, @"\bactant_[\w-]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        var port = FreePort.Find();
        await using var server = await ActantProcess.ServeAsync(
            folder.Path, ("ACTANT__CLOUDEVENTS__LISTEN", $"http://0.0.0.0:{port}"), ("ACTANT__CLOUDEVENTS__TENANTS", "acme"));
        using var open = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server.Client, "one", Job("one"))).StatusCode);

        // As a broker sends it; what it takes for a failure is any body that is no event.
        using var accepted = await SendAsync(open, "one", Job("one"));
        Assert.Equal((HttpStatusCode.Accepted, ""), (accepted.StatusCode, await accepted.Content.ReadAsStringAsync(Token)));
        open.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhbGciOiJSUzI1NiJ9.e30.broker");
        using var again = await SendAsync(open, "one", Job("one"));
        Assert.Equal((accepted.Headers.Location, "true"), (again.Headers.Location, again.Headers.GetValues("Idempotency-Replayed").Single()));

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(open, "two", Job("two", tenant: "acme"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(open, "three", Job("three", tenant: "other"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(open, "four", Job("four", more: ", \"tools\": [{\"name\": \"t\", \"type\": \"http\", \"url\": \"https://example.com\", \"auth\": {\"type\": \"bearer\", \"token\": \"secret://k\"}}]"))).StatusCode);
        using var wrong = await SendAsync(open, "five", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("$.data.job_id", await wrong.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        foreach (var (method, path) in new[] { ("GET", "/"), ("PUT", "/"), ("GET", "/health"), ("GET", "/metrics"), ("GET", "/api/v1/agents"), ("POST", "/api/v1/executions"), ("POST", "/api/v1/tokens"), ("POST", "//") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{port}{path}"));
            Assert.Equal(HttpStatusCode.NotFound, (await open.SendAsync(request, Token)).StatusCode);
        }

        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var execution = JsonElement.Parse(await server.Client.GetStringAsync(accepted.Headers.Location, Token));
        Assert.Equal("one", execution.GetProperty("labels").GetProperty("job_id").GetString());
        Assert.Single(JsonElement.Parse(await server.Client.GetStringAsync("/api/v1/executions", Token)).GetProperty("executions").EnumerateArray());
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://0.0.0.0:8080", "runner", "a port of their own")]
    [InlineData("http://127.0.0.1:0", "http://node:8082", "runner", "Actant:CloudEvents:Listen: 'http://node:8082' is no address of this machine")]
    [InlineData("http://127.0.0.1:0", "http://127.0.0.1:8082", "admin", "Actant:CloudEvents:Role: 'admin' is neither runner nor editor")]
    [InlineData("http://127.0.0.1:0", "", "runner", "Actant:CloudEvents:Role: it is for events without a key, and those come in nowhere")]
    public async Task Settings_ThatMeanNothing_AreRefused(string urls, string listen, string role, string expected)
    {
        using var folder = new TemporaryFolder();

        var (code, _, error) = await ActantProcess.RunAsync(
            ["serve", "--urls", urls, "--data", folder.Path], ("ACTANT__CLOUDEVENTS__LISTEN", listen), ("ACTANT__CLOUDEVENTS__ROLE", role));

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string id, string data)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(data, Encoding.UTF8, "application/json") };
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", id);
        request.Headers.Add("ce-source", "test-client");
        request.Headers.Add("ce-type", "dev.my-platform.agent.execute");
        request.Headers.Add("ce-knativearrivaltime", "2026-01-01T00:00:00Z");
        return await client.SendAsync(request, Token);
    }

    private static string Job(string id, string? tenant = null, string more = "") => $$$"""
        {
          "job_id": "{{{id}}}", {{{(tenant is null ? "" : $"\"tenant_id\": \"{tenant}\",")}}}
          "agent_definition": {"nodes": [{"type": "orchestrator", "name": "main", "model": {"provider": "scripted", "model_name": "m"}}]{{{more}}}},
          "input": {"messages": [{"role": "user", "content": "Hello!"}]}
        }
        """;
}
