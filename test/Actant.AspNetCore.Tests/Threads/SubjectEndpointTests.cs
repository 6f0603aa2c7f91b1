using System.Net;

namespace Actant.AspNetCore.Tests.Threads;

[Trait("Row", "X14")]
public sealed class SubjectEndpointTests
{
    [Fact]
    public async Task Delete_SubjectOfSomeThreads_DeletesThemAndTheirForks()
    {
        await using var server = await HttpServer.StartAsync();
        await server.WaitAsync(await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "a", "subject": "customer 7"}"""));
        await server.WaitAsync(await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "a"}"""));
        await server.WaitAsync(await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "b"}"""));
        await server.SubmitAsync("""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "held", "start": false, "subject": "customer 7"}""");
        await server.PostAsync("/api/v1/threads/a/fork", """{"position": 2, "thread_id": "copy"}""");

        var erased = await server.Client.DeleteAsync("/api/v1/subjects/customer%207");
        var again = await server.Client.DeleteAsync("/api/v1/subjects/customer%207");

        Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        Assert.Equal(3, (await HttpServer.JsonAsync(erased)).GetProperty("threads_deleted").GetInt32());
        Assert.Equal(0, (await HttpServer.JsonAsync(again)).GetProperty("threads_deleted").GetInt32());
        var left = (await server.GetJsonAsync("/api/v1/threads")).GetProperty("threads").EnumerateArray().Select(thread => thread.GetProperty("thread_id").GetString());
        Assert.Equal(["b"], left);
    }

    [Theory]
    [InlineData("cust/77", "cust%2F77")]
    [InlineData("cust%2F77", "cust/77")]
    [InlineData("a?b#c", "a")]
    [InlineData("𠮷野", "吉野")]
    public async Task Delete_SubjectThatLooksLikeAnother_DeletesItAlone(string subject, string other)
    {
        await using var server = await HttpServer.StartAsync();
        foreach (var (thread, about) in new[] { ("theirs", subject), ("others", other) })
        {
            await server.WaitAsync(await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "{{thread}}", "subject": "{{about}}"}"""));
        }

        await server.Client.DeleteAsync($"/api/v1/subjects/{Uri.EscapeDataString(subject)}");

        var left = (await server.GetJsonAsync("/api/v1/threads")).GetProperty("threads").EnumerateArray().Select(thread => thread.GetProperty("thread_id").GetString());
        Assert.Equal(["others"], left);
    }

    [Fact]
    public async Task Threads_WhoseIdHasASlash_AreNotTakenForOthers()
    {
        await using var server = await HttpServer.StartAsync();
        foreach (var thread in new[] { "a/b", "a%2Fb" })
        {
            await server.WaitAsync(await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "{{thread}}"}"""));
        }

        Assert.Equal("a/b", (await server.GetJsonAsync("/api/v1/threads/a%2fb")).GetProperty("thread_id").GetString());
        Assert.Equal("a/b", (await server.GetJsonAsync("/api/v1/threads/a%2Fb/state?x=/")).GetProperty("thread_id").GetString());
        Assert.Equal("a%2Fb", (await server.GetJsonAsync("/api/v1/threads/a%252Fb")).GetProperty("thread_id").GetString());
        await server.Client.DeleteAsync("/api/v1/threads/a%2Fb/");
        var left = (await server.GetJsonAsync("/api/v1/threads")).GetProperty("threads").EnumerateArray().Select(thread => thread.GetProperty("thread_id").GetString());
        Assert.Equal(["a%2Fb"], left);
        var problem = await HttpServer.AssertProblemAsync(await server.GetAsync("/api/v1/executions/a%2Fx"), 404, "execution_not_found");
        Assert.Contains("'a/x'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Submit_SubjectThatNoAddressCouldName_IsRefused(string subject)
    {
        await using var server = await HttpServer.StartAsync();

        await HttpServer.AssertProblemAsync(
            await server.PostAsync("/api/v1/executions", $$"""{"agent": "sums", "input": "x", "subject": "{{subject}}"}"""), 400, "invalid_input");
    }
}
