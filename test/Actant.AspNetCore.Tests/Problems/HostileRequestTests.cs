using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Actant.AspNetCore.Tests.Problems;

/// <summary>Whatever strangers send, the answer is theirs to mend: never a 500, never silence.</summary>
[Trait("Row", "I10")]
public sealed class HostileRequestTests
{
    private static readonly string[] s_posts =
    [
        "/api/v1/agents/sums/execute", "/api/v1/executions", "/api/v1/executions/cancel",
        $"/api/v1/executions/{Guid.Empty}/start", $"/api/v1/executions/{Guid.Empty}/stop", $"/api/v1/executions/{Guid.Empty}/cancel",
        $"/api/v1/executions/{Guid.Empty}/resume", "/api/v1/threads/t/fork", "/api/v1/threads/t/rewind",
    ];

    [Fact]
    public async Task Post_Garbage_IsNeverAServerError()
    {
        await using var server = await HttpServer.StartAsync();
        foreach (var path in s_posts)
        {
            foreach (var body in Garbage())
            {
                var response = await server.PostAsync(path, body);

                Assert.True((int)response.StatusCode is >= 400 and < 500, $"{path} answered {response.StatusCode} to {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(80, body.Length)))}");
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            }
        }
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("FFFFFFFF\r\n")]
    [InlineData("80000000\r\n")]
    [InlineData("00000000000000000000000000000002\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("g\r\n")]
    [InlineData("\r\n")]
    [InlineData("2\r\n{}{}\r\n0\r\n\r\n")]
    public async Task Post_ChunkThatIsNone_IsTheSendersFault(string chunks)
    {
        await using var server = await HttpServer.StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        var head = $"POST /api/v1/executions HTTP/1.1\r\nHost: localhost:{server.Client.BaseAddress.Port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

        await socket.SendAsync(Encoding.ASCII.GetBytes(head + chunks), TestContext.Current.CancellationToken);

        var buffer = new byte[1024];
        var count = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.True(Encoding.ASCII.GetString(buffer, 0, count).StartsWith("HTTP/1.1 4", StringComparison.Ordinal), Encoding.ASCII.GetString(buffer, 0, count));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Post_ThreadThatNoAddressCanName_IsRefused(string thread)
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/api/v1/executions", $$"""{"agent": "sums", "input": "x", "thread_id": "{{thread}}"}""");

        Assert.Contains("$.thread_id", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Post_FieldTwice_IsRefusedInWords()
    {
        await using var server = await HttpServer.StartAsync();

        using var response = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "agent": "sums", "input": "x"}""");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("agent", text, StringComparison.Ordinal);
        Assert.DoesNotContain("byte :", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/executions?limit=0")]
    [InlineData("/api/v1/executions?limit=99999999999999999999")]
    [InlineData("/api/v1/executions?limit=-1")]
    [InlineData("/api/v1/executions?limit=1&limit=2")]
    [InlineData("/api/v1/executions?status=asleep")]
    [InlineData("/api/v1/executions?cursor=nonsense")]
    [InlineData("/api/v1/executions?cursor=-")]
    [InlineData("/api/v1/executions?agent=%00")]
    [InlineData("/api/v1/executions?thread_id=%ff%fe")]
    [InlineData("/api/v1/executions/%00")]
    [InlineData("/api/v1/executions/..%2f..")]
    [InlineData("/api/v1/executions/00000000000000000000000000000000")]
    [InlineData("/api/v1/threads?cursor=7fffffffffffffff-1")]
    [InlineData("/api/v1/threads/%f0%9f%92%a9")]
    [InlineData("/api/v1/threads/a%00b")]
    [InlineData("/api/v1/threads/t/state?position=-1")]
    [InlineData("/api/v1/threads/t/history?from=9223372036854775808")]
    [InlineData("/api/v1/agents/%0a")]
    [InlineData("/api/v1/agents/%ff/tools")]
    public async Task Get_OddValues_AreNeverAServerError(string path)
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.GetAsync(path);

        Assert.True((int)response.StatusCode < 500, $"{path} answered {response.StatusCode}");
    }

    [Fact]
    public async Task Get_HugeNames_AreNeverAServerError()
    {
        await using var server = await HttpServer.StartAsync();
        var huge = new string('a', 4_000);
        foreach (var path in (string[])[$"/api/v1/agents/{huge}", $"/api/v1/threads/{huge}", $"/api/v1/executions/{huge}", $"/api/v1/executions?agent={huge}"])
        {
            var response = await server.GetAsync(path);

            Assert.True((int)response.StatusCode is 400 or 404, $"{path[..30]} answered {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\tb")]
    public async Task Post_OddIdempotencyKey_IsNeverAServerError(string key)
    {
        await using var server = await HttpServer.StartAsync();

        var response = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "What is 1 + 1?"}""", key);

        Assert.True((int)response.StatusCode < 500);
        var tooLong = await server.PostAsync("/api/v1/executions", """{"agent": "sums", "input": "x"}""", new string('k', 256));
        await HttpServer.AssertProblemAsync(tooLong, 400, "invalid_input");
    }

    [Theory]
    [InlineData(new byte[] { 0xc3, 0xa9 }, null)]
    [InlineData(new byte[] { 0xf0, 0x9f, 0x92, 0xa9 }, null)]
    [InlineData(new byte[] { 0xe9 }, "invalid_input")]
    [InlineData(new byte[] { 0xed, 0xa0, 0xbd }, "invalid_input")]
    [InlineData(new byte[] { 0xc2, 0x80 }, "invalid_input")]
    public async Task Post_IdempotencyKeyThatIsNotAscii_IsTakenOrRefusedInWords(byte[] key, string? code)
    {
        await using var server = await HttpServer.StartAsync();
        const string Body = """{"agent": "sums", "input": "What is 1 + 1?"}""";

        var (status, answer) = await SendAsync(server, key, Body);

        Assert.Equal(code is null ? 202 : 400, status);
        if (code is not null)
        {
            Assert.Equal(code, JsonElement.Parse(answer).GetProperty("code").GetString());
            Assert.Contains("Idempotency-Key", answer, StringComparison.Ordinal);
            return;
        }

        // The same key in a body is the same key.
        var found = await server.PostAsync("/api/v1/executions/cancel", JsonSerializer.Serialize(new { idempotency_key = Encoding.UTF8.GetString(key) }));
        Assert.NotEqual(HttpStatusCode.NotFound, found.StatusCode);
    }

    private static async Task<(int Status, string Body)> SendAsync(HttpServer server, byte[] key, string body)
    {
        var address = server.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        byte[] request =
        [
            .. Encoding.ASCII.GetBytes($"POST /api/v1/executions HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nIdempotency-Key: "),
            .. key, .. Encoding.ASCII.GetBytes($"\r\n\r\n{body}"),
        ];
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        var start = answer.IndexOf('{', StringComparison.Ordinal);
        return (int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), start < 0 ? "{}" : answer[start..(answer.LastIndexOf('}') + 1)]);
    }

    private static IEnumerable<byte[]> Garbage()
    {
        var random = new Random(4);
        for (var i = 0; i < 10; i++)
        {
            var noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            noise[0] = (byte)'{';
            yield return noise;
        }

        string[] texts =
        [
            "null", "true", "0", "\"text\"", "[[[]]]", "{\"a\":}", "{\"input\":", "{} {}", "{'input': 'x'}", "{\"input\": NaN}", "{\"input\": 1e999}",
            "{\"\\ud800\": 1}", "{\"input\": \"\\udc00\"}", "{\"input\": \"\u0000\"}", "{\"thread_id\": {\"$gt\": \"\"}}", "{\"definition\": [], \"input\": []}",
            "{\"answers\": []}", "{\"position\": \"1\"}", "{\"position\": 1e300}", "{\"idempotency_key\": \"\\u0000\"}", "{\"__proto__\": {}}", "<xml/>", "\uFEFF{",
        ];
        foreach (var text in texts)
        {
            yield return Encoding.UTF8.GetBytes(text);
        }

        yield return Encoding.UTF8.GetBytes("{\"input\": " + new string('[', 100_000) + new string(']', 100_000) + "}");
        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65));
        yield return [0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d];
    }
}
