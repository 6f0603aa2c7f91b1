using System.Net;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "I10")]
public sealed class ExecutionEventsTests
{
    [Fact]
    public async Task Stream_FinishedExecution_ShowsEveryEntryInOrderAndEnds()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await FinishedAsync(server);

        var events = await ReadAsync(server, id);

        Assert.Equal(
            ["input_received", "execution_started", "model_answered", "tool_finished", "model_answered", "node_finished", "execution_completed"],
            events.Select(item => item.Name));
        Assert.All(events, item => Assert.Equal(id, item.Data.GetProperty("execution_id").GetString()));
        Assert.All(events, item => Assert.True(item.Data.TryGetProperty("payload", out _)));
        Assert.Equal(events.Count, events.Select(item => item.Id).Distinct().Count());
    }

    [Fact]
    public async Task Stream_ResumedAtEachEvent_LosesAndRepeatsNothing()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await FinishedAsync(server);
        var all = await ReadAsync(server, id);

        for (var seen = 0; seen < all.Count - 1; seen++)
        {
            var byHeader = await ReadAsync(server, id, lastEventId: all[seen].Id);
            var byQuery = await ReadAsync(server, id, query: $"?after={all[seen].Id}");

            Assert.Equal(all.Skip(seen + 1).Select(item => item.Id), byHeader.Select(item => item.Id));
            Assert.Equal(all.Skip(seen + 1).Select(item => item.Id), byQuery.Select(item => item.Id));
        }
    }

    [Theory]
    [InlineData("Last-Event-ID")]
    [InlineData("after")]
    public async Task Stream_ComesBackAfterTheEnd_HearsThatNothingFollows(string way)
    {
        await using var server = await HttpServer.StartAsync();
        var id = await FinishedAsync(server);
        var last = (await ReadAsync(server, id))[^1].Id;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}/events{(way == "after" ? $"?after={last}" : "")}");
        if (way != "after")
        {
            request.Headers.Add(way, last);
        }

        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        // A browser's EventSource comes back for ever after anything else.
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stream_WhileTheModelSpeaks_ShowsDeltasBeforeTheAnswer()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "words", "input": "x"}""");
        using var response = await OpenAsync(server, id);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var text = "";
        var names = new List<string?>();
        await server.ModelClock.WhenArmedAsync();
        server.ModelClock.AdvanceToNextTimer();

        await foreach (var item in ServerSentEvent.ReadAsync(response))
        {
            names.Add(item.Name);
            if (item.Name == "answer_delta")
            {
                Assert.Equal(text.Length, item.Data.GetProperty("offset").GetInt32());
                text += item.Data.GetProperty("text").GetString();
                if (text.Length < "one two three".Length)
                {
                    await server.ModelClock.WhenArmedAsync();
                    server.ModelClock.AdvanceToNextTimer();
                }
            }
        }

        Assert.Equal("one two three", text);
        Assert.True(names.IndexOf("answer_delta") < names.IndexOf("model_answered"));
        Assert.Equal("execution_completed", names[^1]);
    }

    [Fact]
    public async Task Stream_NothingHappens_BeatsEveryFifteenSeconds()
    {
        // Other timers run on this clock as well: what is waited for is the one that fires after fifteen seconds.
        var beat = TimeSpan.FromSeconds(15);
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        var armed = server.Clock.WhenArmedForAsync(beat);
        using var response = await OpenAsync(server, id);
        await armed;
        armed = server.Clock.WhenArmedForAsync(beat);
        server.Clock.Advance(beat);
        var beats = 0;

        await foreach (var item in ServerSentEvent.ReadAsync(response))
        {
            if (item.Name is null && ++beats == 2)
            {
                break;
            }

            if (item.Name is null)
            {
                await armed;
                server.Clock.Advance(beat);
            }
        }

        Assert.Equal(2, beats);
    }

    [Fact]
    public async Task Stream_ServerStops_Ends()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        using var response = await OpenAsync(server, id);
        await server.Clock.WhenArmedAsync();

        await server.StopAsync();

        await foreach (var item in ServerSentEvent.ReadAsync(response))
        {
            Assert.NotEqual("execution_completed", item.Name);
        }
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("99999999999999999999-1")]
    public async Task Stream_OddPlace_IsRefused(string after)
    {
        await using var server = await HttpServer.StartAsync();
        var id = await FinishedAsync(server);

        await HttpServer.AssertProblemAsync(await server.GetAsync($"/api/v1/executions/{id}/events?after={after}"), 400, "invalid_input");
    }

    [Fact]
    public async Task Stream_UnknownExecution_IsRefused()
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(await server.GetAsync($"/api/v1/executions/{Guid.Empty}/events"), 404, "execution_not_found");
    }

    private static async Task<string> FinishedAsync(HttpServer server)
    {
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?"}""");
        await server.WaitAsync(id);
        return id;
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpServer server, string id, string? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/executions/{id}/events{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static async Task<List<ServerSentEvent>> ReadAsync(HttpServer server, string id, string? lastEventId = null, string query = "")
    {
        using var response = await OpenAsync(server, id, lastEventId, query);
        return await ServerSentEvent.ReadAsync(response).Where(item => item.Name is not null).ToListAsync();
    }
}
