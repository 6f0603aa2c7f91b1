using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "I10")]
public sealed class ExecutionSocketTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Socket_OfAFinishedExecution_TellsEverythingFromAnyPlaceAndCloses()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 15 + 27?"}""");
        await server.WaitAsync(id);

        var all = await ReadAllAsync(server, id, "");

        Assert.Equal("execution_completed", all[^1].GetProperty("event").GetString());
        var ids = all.Select(item => item.GetProperty("id").GetString()!).ToList();
        for (var seen = 0; seen < all.Count; seen++)
        {
            Assert.Equal(ids.Skip(seen + 1), (await ReadAllAsync(server, id, $"?after={ids[seen]}")).Select(item => item.GetProperty("id").GetString()!));
        }
    }

    [Fact]
    public async Task Socket_CommandsOnIt_SteerTheExecution()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "approval", "input": "x"}""");
        await server.WaitAsync(id);
        using var socket = await OpenAsync(server, id, "");

        await SendAsync(socket, "nonsense");
        Assert.Equal("invalid_input", (await ReplyAsync(socket)).GetProperty("code").GetString());
        await SendAsync(socket, """{"type": "dance", "request_id": "1"}""");
        Assert.Equal("1", (await ReplyAsync(socket)).GetProperty("request_id").GetString());
        await SendAsync(socket, """{"type": "resume", "answer": {"approved": "perhaps"}}""");
        var misfit = await ReplyAsync(socket);
        Assert.Equal("invalid_answer", misfit.GetProperty("code").GetString());
        Assert.Equal("$.answers", misfit.GetProperty("errors")[0].GetProperty("path").GetString()![..9]);
        await SendAsync(socket, """{"type": "resume", "answers": 5, "loud": true}""");
        Assert.True((await ReplyAsync(socket)).GetProperty("errors").GetArrayLength() > 1);
        await SendAsync(socket, """{"type": "resume", "request_id": "2", "answer": {"approved": true}}""");
        var seen = new List<string>();
        while (await ReceiveAsync(socket) is { } item)
        {
            seen.Add(item.GetProperty("event").GetString()!);
        }

        Assert.Contains("reply", seen);
        Assert.Contains("resumed", seen);
        Assert.Equal("execution_completed", seen.Last(name => name != "reply"));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    [Trait("Row", "X3")]
    public async Task Socket_Cancel_EndsTheExecution()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        await server.ModelClock.WhenArmedAsync();
        using var socket = await OpenAsync(server, id, "");

        await SendAsync(socket, """{"type": "cancel", "reason": "enough"}""");

        var seen = new List<string>();
        while (await ReceiveAsync(socket) is { } item)
        {
            seen.Add(item.GetProperty("event").GetString()!);
        }

        Assert.Contains("execution_cancelled", seen);
    }

    [Fact]
    public async Task Socket_WrongRequest_IsAProblem()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "sums", "input": "What is 1 + 1?"}""");

        await HttpServer.AssertProblemAsync(await server.GetAsync($"/api/v1/executions/{id}/socket"), 426, "upgrade_required");
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"/api/v1/executions/{Guid.NewGuid()}/socket")).StatusCode);
    }

    [Fact]
    public async Task Socket_CommandTooLarge_IsClosedWithTheReason()
    {
        await using var server = await HttpServer.StartAsync();
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        await server.ModelClock.WhenArmedAsync();
        using var socket = await OpenAsync(server, id, "");

        await SendAsync(socket, new string('x', 100_000));
        while (await ReceiveAsync(socket) is not null)
        {
        }

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"/api/v1/executions/{id}")).StatusCode);
    }

    private static async Task<ClientWebSocket> OpenAsync(HttpServer server, string id, string query)
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(new Uri(server.Client.BaseAddress!, $"/api/v1/executions/{id}/socket{query}")) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(address, Token);
        return socket;
    }

    private static async Task<List<JsonElement>> ReadAllAsync(HttpServer server, string id, string query)
    {
        using var socket = await OpenAsync(server, id, query);
        var items = new List<JsonElement>();
        while (await ReceiveAsync(socket) is { } item)
        {
            items.Add(item);
        }

        return items;
    }

    private static async Task<JsonElement> ReplyAsync(ClientWebSocket socket)
    {
        while (await ReceiveAsync(socket) is { } item)
        {
            if (item.GetProperty("event").GetString() == "reply")
            {
                return item.GetProperty("data");
            }
        }

        throw new InvalidOperationException("The socket closed without a reply.");
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Token);

    private static async Task<JsonElement?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return JsonElement.Parse(buffer.AsSpan(0, length));
            }
        }
    }
}
