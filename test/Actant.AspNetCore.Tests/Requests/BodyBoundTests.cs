using System.Net;
using System.Net.Sockets;
using System.Text;
using Actant.Access;
using Actant.Api;

namespace Actant.AspNetCore.Tests.Requests;

/// <summary>
/// Bodies that do not come to their end, and bodies without number, take neither the memory nor the time of others. The memory is the process's
/// own, so nothing may run beside.
/// </summary>
[CollectionDefinition(nameof(BodyBoundTests), DisableParallelization = true)]
[Trait("Row", "I10")]
[Collection(nameof(BodyBoundTests))]
public sealed class BodyBoundTests
{
    private const int Largest = CommandDocument.MaxBytes;
    private const string Path = "/api/v1/executions";

    // One for all: a socket keeps what it sent last.
    private static readonly byte[] s_body = Encoding.ASCII.GetBytes(Submission(Largest));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Body_AnnouncedByMoreThanThereIsRoomFor_IsRefusedUntilOneIsGone()
    {
        await using var server = await HttpServer.StartAsync(bodies: new BodyLimits { MaxBytesPerTenant = 2 * Largest });
        using var first = await BeginAsync(server, Largest, 1000);
        using var second = await BeginAsync(server, Largest, 1000);
        await UntilAsync(() => server.Room.Held == 2 * (Largest - RequestRoom.FreeBytes));

        using (var refused = await SubmitAsync(server, 100_000))
        {
            await HttpServer.AssertProblemAsync(refused, 429, "too_many_requests");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // What is small goes through all the same.
        using (var small = await SubmitAsync(server, 10_000))
        {
            Assert.Equal(HttpStatusCode.Accepted, small.StatusCode);
        }

        first.Dispose();
        await UntilAsync(() => server.Room.Held == Largest - RequestRoom.FreeBytes);
        using var again = await SubmitAsync(server, 100_000);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact]
    public async Task Body_OfAnotherTenant_PassesWhileOneHasFilledItsShare()
    {
        await using var server = await HttpServer.StartAsync(bodies: new BodyLimits { MaxBytesPerTenant = Largest, MaxBytes = 2 * Largest });
        await server.Keys.CreateAsync(TenantId.Default, "first", Role.Admin, null, Token);
        var (ours, theirs) = (await KeyAsync(server, "ours"), await KeyAsync(server, "theirs"));
        using var held = await BeginAsync(server, Largest, 1000, ours);
        await UntilAsync(() => server.Room.Held > 0);

        using var refused = await SubmitAsync(server, 100_000, ours);
        using var passed = await SubmitAsync(server, 100_000, theirs);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, passed.StatusCode);
    }

    [Fact]
    public async Task Body_InChunksWithoutALength_IsCountedAsItComes()
    {
        await using var server = await HttpServer.StartAsync(bodies: new BodyLimits { MaxBytesPerTenant = Largest });
        using var held = await BeginAsync(server, Largest, 1000);
        await UntilAsync(() => server.Room.Held > 0);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Submission(100_000), Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;

        using var refused = await server.Client.SendAsync(request, Token);

        await HttpServer.AssertProblemAsync(refused, 429, "too_many_requests");
    }

    [Fact]
    public async Task Body_NotWholeInTime_IsRefusedAndItsRoomIsFree()
    {
        await using var server = await HttpServer.StartAsync();
        using var slow = await BeginAsync(server, Largest, 50_000);
        await UntilAsync(() => server.Room.Held > 0);

        server.Clock.Advance(new BodyLimits().Timeout);

        var answer = await ReadToEndAsync(slow);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
        await UntilAsync(() => server.Room.Held == 0);
    }

    [Fact]
    public async Task Body_HundredsThatMissTheirLastBytes_TakeNoMoreThanTheShare()
    {
        const int Senders = 24;
        await using var server = await HttpServer.StartAsync(bodies: new BodyLimits { MaxBytesPerTenant = 4 * Largest });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Senders; i++)
            {
                sockets.Add(await BeginAsync(server, Largest, Largest - 100));
            }

            await UntilAsync(() => server.Room.Held == 4 * (Largest - RequestRoom.FreeBytes));
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8L * Largest);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        await UntilAsync(() => server.Room.Held == 0);
    }

    private static string Submission(int bytes) => $$"""{"agent": "approval", "input": "{{new string('x', bytes)}}"}""";

    private static async Task<string> KeyAsync(HttpServer server, string tenant) =>
        (await server.Keys.CreateAsync(new TenantId(tenant), tenant, Role.Runner, null, Token)).Value!.Text;

    private static async Task<HttpResponseMessage> SubmitAsync(HttpServer server, int bytes, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Submission(bytes), Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await server.Client.SendAsync(request, Token);
    }

    /// <summary>Announces a body, and sends only some of it.</summary>
    private static async Task<Socket> BeginAsync(HttpServer server, int announced, int sent, string? key = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, Token);
        var head = $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {announced}\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Token);
        for (var at = 0; at < sent;)
        {
            try
            {
                at += await socket.SendAsync(s_body.AsMemory(at, sent - at), Token);
            }
            catch (SocketException)
            {
                // It was refused, and the rest is not waited for.
                break;
            }
        }

        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var (read, buffer) = (new StringBuilder(), new byte[4096]);
        while (await socket.ReceiveAsync(buffer, Token) is > 0 and var length)
        {
            read.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return read.ToString();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}
