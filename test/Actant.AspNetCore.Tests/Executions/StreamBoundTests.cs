using System.Net;
using System.Net.Sockets;
using System.Text;
using Actant.Api;

namespace Actant.AspNetCore.Tests.Executions;

/// <summary>
/// Readers that read nothing, and readers without number, take neither the memory nor the places of others. The memory is the process's own, so
/// nothing may run beside.
/// </summary>
[CollectionDefinition(nameof(StreamBoundTests), DisableParallelization = true)]
[Trait("Row", "I10")]
[Collection(nameof(StreamBoundTests))]
public sealed class StreamBoundTests
{
    private const int SmallBuffer = 4096;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_HundredsReadNothingOfALargeInput_HoldItOnce()
    {
        const int Readers = 300;
        await using var server = await HttpServer.StartAsync(sendBuffer: SmallBuffer);
        var id = await server.SubmitAsync($$"""{"agent": "approval", "input": "{{new string('x', 900_000)}}"}""");
        var sockets = new List<Socket>();
        try
        {
            sockets.Add(await BeginAsync(server, id));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < Readers; i++)
            {
                sockets.Add(await BeginAsync(server, id));
            }

            // Each has the pieces that wait in its connection, not the megabyte that they are pieces of.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Readers * 300_000L);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Stream_ReaderTakesNothing_IsLetGoAndItsPlaceIsFree()
    {
        await using var server = await HttpServer.StartAsync(streams: new StreamLimits { MaxReadersPerTenant = 1 }, sendBuffer: SmallBuffer);
        var id = await server.SubmitAsync($$"""{"agent": "approval", "input": "{{new string('x', 900_000)}}"}""");
        using var stuck = await BeginAsync(server, id);
        using (var refused = await OpenAsync(server, id))
        {
            await HttpServer.AssertProblemAsync(refused, 429, "too_many_readers");
        }

        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK;)
        {
            server.Clock.Advance(new StreamLimits().SendTimeout);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            using var response = await OpenAsync(server, id);
            status = response.StatusCode;
        }
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(100, 2)]
    public async Task Stream_MoreReadersThanAllowed_AreRefusedUntilOneLeaves(int ofTenant, int inAll)
    {
        await using var server = await HttpServer.StartAsync(streams: new StreamLimits { MaxReadersPerTenant = ofTenant, MaxReaders = inAll });
        var id = await server.SubmitAsync("""{"agent": "slow", "input": "x"}""");
        using var first = await OpenAsync(server, id);
        var second = await OpenAsync(server, id);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        using (var third = await OpenAsync(server, id))
        {
            await HttpServer.AssertProblemAsync(third, 429, "too_many_readers");
            Assert.NotNull(third.Headers.RetryAfter);
        }

        second.Dispose();

        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            using var again = await OpenAsync(server, id);
            status = again.StatusCode;
        }
    }

    private static Task<HttpResponseMessage> OpenAsync(HttpServer server, string id) =>
        server.Client.GetAsync($"/api/v1/executions/{id}/events", HttpCompletionOption.ResponseHeadersRead, Token);

    /// <summary>Asks for the events and reads to where the first one begins, and no further.</summary>
    private static async Task<Socket> BeginAsync(HttpServer server, string id)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer };
        await socket.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/executions/{id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), Token);
        var (read, buffer) = (new StringBuilder(), new byte[256]);
        while (!read.ToString().Contains("data: ", StringComparison.Ordinal))
        {
            var length = await socket.ReceiveAsync(buffer, Token);
            Assert.NotEqual(0, length);
            read.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return socket;
    }
}
