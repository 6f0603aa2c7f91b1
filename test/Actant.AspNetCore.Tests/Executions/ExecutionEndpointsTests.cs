using System.Net;
using System.Net.Http.Headers;
using Actant.Api;
using Actant.InMemory;
using Actant.Storage;
using Actant.Testing;
using Actant.Testing.Storage;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "I10")]
public sealed class ExecutionEndpointsTests
{
    [Fact]
    public async Task Submit_ByName_IsAcceptedWithItsAddress()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "t", "priority": 9}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var body = await HttpServer.JsonAsync(response);
        var id = body.GetProperty("execution_id").GetString()!;
        Assert.Equal("t", body.GetProperty("thread_id").GetString());
        Assert.Equal($"/api/v1/executions/{id}", response.Headers.Location!.ToString());
        await server.WaitAsync(id);
        var result = await server.GetJsonAsync(response.Headers.Location.ToString());
        Assert.Equal("completed", result.GetProperty("status").GetString());
        Assert.Equal(9, result.GetProperty("priority").GetInt32());
        Assert.Contains("5", result.GetProperty("response").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, result.GetProperty("messages").GetArrayLength());
        Assert.Equal(1, result.GetProperty("tool_results").GetArrayLength());
        Assert.True(result.GetProperty("usage").GetProperty("input_tokens").GetInt64() > 0);
    }

    [Fact]
    public async Task Submit_InlineDefinition_Runs()
    {
        await using var server = await HttpServer.StartAsync();

        var id = await server.SubmitAsync(
            """{"definition": {"name": "here", "model": {"provider": "scripted", "model_name": "m", "options": {"default": "hello"}}, "instructions": "Greet."}, "input": "hi"}""");

        await server.WaitAsync(id);
        Assert.Equal("hello", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("response").GetString());
    }

    [Fact]
    [Trait("Row", "F3")]
    public async Task Get_ThreadOfANewerNode_SaysThatOneIsWaitedFor()
    {
        var clock = new ManualTimeProvider();
        await using var store = new StoreFixture(new InMemoryStore(clock, IdGenerator.System), clock);
        var lease = await store.StartAsync(await store.OpenAsync(), "t");
        await store.StoreAsync(store.End(lease) with { Format = 1000 });
        await using var server = await HttpServer.StartAsync(store.Store);

        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "t"}""");

        Assert.Equal("newer_node", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("waiting").GetProperty("for").GetString());
    }

    [Fact]
    [Trait("Row", "X1")]
    public async Task Get_Quarantined_SaysWhatItWaitsFor()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?"}""");
        var record = (await server.Engine.For(TenantId.Default).GetRecordAsync(new ExecutionId(Guid.Parse(id)), TestContext.Current.CancellationToken))!;

        var view = WaitView.Of(record, new ExecutionWait(1, 1, TenantShare.Default, 0) { Deaths = 4 });

        Assert.Equal(("suspect", 4, 1), (view.For, view.Deaths, view.Ahead));
    }

    [Fact]
    [Trait("Row", "A5")]
    public async Task Submit_InvalidDefinition_NamesEveryProblemWithItsPath()
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync(
            "/api/v1/executions",
            """{"definition": {"name": "n", "nodes": [{"name": "a", "type": "agent", "tools": ["nothing"], "colour": 1}], "edges": [{"from": "a", "to": "nowhere"}]}, "input": "x"}""");

        var problem = await HttpServer.AssertProblemAsync(response, 422, "invalid_definition");
        var codes = problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()).ToList();
        Assert.Contains("unknown_node", codes);
        Assert.Contains("unknown_tool", codes);
        Assert.Contains("unknown_field", codes);
        Assert.All(problem.GetProperty("errors").EnumerateArray(), error =>
            Assert.StartsWith("$.definition", error.GetProperty("path").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Submit_SameKeyAgain_AnswersAsTheFirst()
    {
        await using var server = await HttpServer.StartAsync();
        const string Body = """{"agent": "sums", "input": "What is 2 + 3?"}""";
        var first = await server.SubmitAsync(Body, key: "k");

        var second = await server.PostAsync("/api/v1/executions", Body, key: "k");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal("true", Assert.Single(second.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(first, (await HttpServer.JsonAsync(second)).GetProperty("execution_id").GetString());
    }

    [Fact]
    [Trait("Row", "X10")]
    public async Task Submit_FiftyAtOnceWithOneKey_AreOneExecution()
    {
        await using var server = await HttpServer.StartAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "What is 2 + 3?"}""", key: "once")));

        var ids = new HashSet<string?>();
        foreach (var response in responses)
        {
            ids.Add((await HttpServer.JsonAsync(response)).GetProperty("execution_id").GetString());
        }

        Assert.Single(ids);
        Assert.Equal(49, responses.Count(response => response.Headers.Contains("Idempotency-Replayed")));
        Assert.Equal(1, (await server.GetJsonAsync("/api/v1/executions")).GetProperty("executions").GetArrayLength());
    }

    [Fact]
    public async Task Start_HeldExecution_Runs()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "start": false}""");
        var held = await server.GetJsonAsync($"/api/v1/executions/{id}");
        Assert.Equal("pending", held.GetProperty("status").GetString());
        Assert.True(held.GetProperty("held").GetBoolean());

        var started = await server.PostAsync($"/api/v1/executions/{id}/start", "");

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await server.WaitAsync(id);
        Assert.Equal("completed", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "X3")]
    public async Task Cancel_RunningExecution_EndsIt()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        await server.ModelClock.WhenArmedAsync();

        var cancelled = await server.PostAsync($"/api/v1/executions/{id}/cancel", """{"reason": "enough"}""");
        var again = await server.PostAsync($"/api/v1/executions/{id}/cancel", "");

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await server.WaitAsync(id);
        Assert.Equal("cancelled", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "X3")]
    public async Task Cancel_ByIdempotencyKey_EndsIt()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""", key: "lost");

        var cancelled = await server.PostAsync("/api/v1/executions/cancel", """{"idempotency_key": "lost"}""");

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        await server.WaitAsync(id);
        Assert.Equal("cancelled", (await server.GetJsonAsync($"/api/v1/executions/{id}")).GetProperty("status").GetString());
        await HttpServer.AssertProblemAsync(
            await server.PostAsync("/api/v1/executions/cancel", """{"idempotency_key": "never"}"""), 404, "execution_not_found");
    }

    [Fact]
    [Trait("Row", "X3")]
    public async Task Stop_RunningExecution_AsksAndGoesOnAfterResume()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        await server.ModelClock.WhenArmedAsync();

        var stopped = await server.PostAsync($"/api/v1/executions/{id}/stop", "");
        server.ModelClock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.Accepted, stopped.StatusCode);
        await server.WaitAsync(id);
        var result = await server.GetJsonAsync($"/api/v1/executions/{id}");
        Assert.True(result.GetProperty("status").GetString() is "interrupted" or "completed");
    }

    [Fact]
    public async Task List_FiltersAndPages()
    {
        await using var server = await HttpServer.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await server.WaitAsync(await server.SubmitAsync($$"""{"agent": "sums", "input": "What is {{i}} + 1?", "thread_id": "t{{i}}"}"""));
        }

        await server.WaitAsync(await server.SubmitAsync("""{"agent": "failing", "input": "x"}"""));

        var failed = await server.GetJsonAsync("/api/v1/executions?status=failed");
        Assert.Equal("failing", Assert.Single(failed.GetProperty("executions").EnumerateArray()).GetProperty("agent").GetString());
        Assert.Equal(1, (await server.GetJsonAsync("/api/v1/executions?thread_id=t1")).GetProperty("executions").GetArrayLength());
        var first = await server.GetJsonAsync("/api/v1/executions?agent=sums&limit=2");
        Assert.Equal(2, first.GetProperty("executions").GetArrayLength());
        var second = await server.GetJsonAsync($"/api/v1/executions?agent=sums&limit=2&cursor={Uri.EscapeDataString(first.GetProperty("next_cursor").GetString()!)}");
        Assert.Equal(1, second.GetProperty("executions").GetArrayLength());
        Assert.False(second.TryGetProperty("next_cursor", out _));
    }

    [Fact]
    public async Task Get_FinishedExecution_HasAnEntityTag()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?"}""");
        await server.WaitAsync(id);
        var first = await server.GetAsync($"/api/v1/executions/{id}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}");
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));

        var second = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }
}
