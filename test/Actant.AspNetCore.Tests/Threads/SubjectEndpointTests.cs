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
}
