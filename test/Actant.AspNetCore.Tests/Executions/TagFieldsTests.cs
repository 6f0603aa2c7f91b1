using System.Net;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "I10")]
public sealed class TagFieldsTests
{
    private const string Body =
        """
        {"agent": "sums", "input": "What is 2 + 3?", "labels": {"team": "blue", "x/y": "1"}, "subject": "customer-7", "batch": "nightly",
         "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "expires_at": "2999-01-31T12:00:00+02:00"}
        """;

    [Fact]
    public async Task Submit_WithTags_AreShownAndFindIt()
    {
        await using var server = await HttpServer.StartAsync();
        var first = await server.SubmitAsync(Body);
        var child = await server.SubmitAsync($$$"""{"agent": "sums", "input": "What is 2 + 3?", "parent_execution_id": "{{{first}}}", "labels": {"team": "blue"}}""");
        var grandchild = await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "parent_execution_id": "{{child}}"}""");
        await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?"}""");

        var view = await server.GetJsonAsync($"/api/v1/executions/{first}");
        Assert.Equal("""{"team":"blue","x/y":"1"}""", view.GetProperty("labels").GetRawText());
        Assert.Equal("customer-7", view.GetProperty("subject").GetString());
        Assert.Equal("nightly", view.GetProperty("batch").GetString());
        Assert.StartsWith("00-0af7", view.GetProperty("traceparent").GetString(), StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2999, 1, 31, 10, 0, 0, TimeSpan.Zero), view.GetProperty("expires_at").GetDateTimeOffset());
        var last = await server.GetJsonAsync($"/api/v1/executions/{grandchild}");
        Assert.Equal((child, first), (last.GetProperty("parent_execution_id").GetString(), last.GetProperty("root_execution_id").GetString()));
        Assert.Equal([grandchild, child], await FoundAsync(server, $"root_execution_id={first}"));
        Assert.Equal([child, first], await FoundAsync(server, "label=team=blue"));
        Assert.Equal([first], await FoundAsync(server, "label=team=blue&label=x/y=1"));
        Assert.Equal([first], await FoundAsync(server, "subject=customer-7&batch=nightly&agent=sums"));
        Assert.Empty(await FoundAsync(server, "subject=customer-8"));
    }

    [Fact]
    public async Task Execute_WithTags_AreKept()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/agents/sums/execute", """{"input": "What is 2 + 3?", "subject": "s"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(await FoundAsync(server, "subject=s"));
    }

    [Theory]
    [InlineData(""" "labels": {"a b": "x"} """, "$.labels.a b", "invalid_id")]
    [InlineData(""" "labels": {"a": 1} """, "$.labels.a", "wrong_type")]
    [InlineData(""" "labels": {"a": ""} """, "$.labels.a", "invalid_id")]
    [InlineData(""" "labels": "a" """, "$.labels", "wrong_type")]
    [InlineData(""" "subject": "" """, "$.subject", "wrong_type")]
    [InlineData(""" "batch": 3 """, "$.batch", "wrong_type")]
    [InlineData(""" "parent_execution_id": "x" """, "$.parent_execution_id", "wrong_type")]
    [InlineData(""" "parent_execution_id": "0199aaaa-0000-7000-8000-000000000001" """, "$.parent_execution_id", "execution_not_found")]
    [InlineData(""" "traceparent": "00-0-0-01" """, "$.traceparent", "invalid_id")]
    [InlineData(""" "expires_at": "tomorrow" """, "$.expires_at", "wrong_type")]
    [InlineData(""" "expires_at": "2001-01-01T00:00:00Z" """, "$.expires_at", "out_of_range")]
    [InlineData(""" "deliver_to": ["https://example.com"] """, "$.deliver_to[0]", "wrong_type")]
    [InlineData(""" "deliver_to": [{"url": "https://example.com", "secret": "whsec_abc"}] """, "$.deliver_to[0].secret", "plain_secret")]
    [InlineData(""" "deliver_to": [{"url": "https://example.com", "secret": "secret://no-such-key"}] """, "$.deliver_to[0].secret", "unknown_secret")]
    [InlineData(""" "deliver_to": [{"uri": "https://example.com", "url": "https://example.com"}] """, "$.deliver_to[0].uri", "unknown_field")]
    [InlineData(""" "deliver_to": [{}] """, "$.deliver_to[0].url", "missing_field")]
    [InlineData(""" "callback_url": "mailto:ada@example.com" """, "$.callback_url", "unknown_scheme")]
    [InlineData(""" "callback_url": "http://169.254.169.254/latest" """, "$.callback_url", "host_not_allowed")]
    public async Task Submit_TagsThatCannotBe_AreRefusedWithTheirPath(string field, string path, string code)
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/executions", $$"""{"agent": "sums", "input": "x",{{field}} }""");

        var error = Assert.Single((await HttpServer.JsonAsync(response)).GetProperty("errors").EnumerateArray());
        Assert.InRange((int)response.StatusCode, 400, 422);
        Assert.Equal((path, code), (error.GetProperty("path").GetString(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Submit_SameKeyWithOtherTags_IsAConflictAndAnotherTraceIsNone()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SubmitAsync(Body, key: "k");

        var again = await server.PostAsync("/api/v1/executions", Body.Replace("b7ad6b7169203331", "b7ad6b7169203332", StringComparison.Ordinal), key: "k");
        var other = await server.PostAsync("/api/v1/executions", Body.Replace("blue", "red", StringComparison.Ordinal), key: "k");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await HttpServer.AssertProblemAsync(other, 409, "idempotency_conflict");
    }

    [Theory]
    [InlineData("label=team")]
    [InlineData("label=a=1&label=a=2")]
    [InlineData("root_execution_id=x")]
    public async Task List_FilterThatIsNone_IsRefused(string query)
    {
        await using var server = await HttpServer.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync($"/api/v1/executions?{query}")).StatusCode);
    }

    private static async Task<List<string?>> FoundAsync(HttpServer server, string query) =>
        [.. (await server.GetJsonAsync($"/api/v1/executions?{query}")).GetProperty("executions").EnumerateArray().Select(view => view.GetProperty("execution_id").GetString())];
}
