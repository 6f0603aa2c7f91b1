using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Actant.Testing;
using Actant.Testing.Postgres;

namespace Actant.Acceptance.Clusters;

/// <summary>Where a node listens, and for whom.</summary>
[Trait("Row", "S5")]
public sealed class ListenerTests(PostgresCluster database) : IClassFixture<PostgresCluster>
{
    private const string Key = "the key of this cluster";
    private const string OfPeers = "/internal/v1/threads/default/t/events";

    [Fact]
    public async Task Serve_WithPeers_AnswersEachAtItsOwnPortAndListensWhereItsAddressIs()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Find();
        await using var node = await ActantProcess.ServeAsync(folder.Path, [.. Shared(database.ConnectionString), ("ACTANT__CLUSTER__ADDRESS", $"http://127.0.0.2:{port}")]);
        using var peers = new HttpClient { BaseAddress = new Uri($"http://127.0.0.2:{port}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Assert.Equal(HttpStatusCode.Unauthorized, (await peers.GetAsync(OfPeers)).StatusCode);
        peers.DefaultRequestHeaders.Authorization = node.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assert.Equal(HttpStatusCode.OK, (await peers.GetAsync(OfPeers)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await node.Client.GetAsync(OfPeers)).StatusCode);
        foreach (var path in new[] { "/health", "/api/v1/agents", "/api/v1/tokens", "/metrics", "/docs", "/openapi/v1.json", "/", "/Internal/v1/threads/default/t/events" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await peers.GetAsync(path)).StatusCode);
        }

        using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => elsewhere.Connect(IPAddress.Loopback, port)).SocketErrorCode);
    }

    [Theory]
    [InlineData("http://node-1.internal:8081", null, "http://127.0.0.1:0", "Actant:Cluster:Listen")]
    [InlineData("http://10.0.0.5:8081", "http://node-1.internal:8081", "http://127.0.0.1:0", "Actant:Cluster:Listen")]
    [InlineData("http://node-1.internal:8081", "http://0.0.0.0:8080", "http://127.0.0.1:8080", "a port of their own")]
    [InlineData("http://203.0.113.77:8081", null, "http://127.0.0.1:0", "203.0.113.77:8081")]
    public async Task Serve_NoAddressToListenOn_SaysWhat(string address, string? listen, string urls, string expected)
    {
        using var folder = new TemporaryFolder();
        (string, string)[] environment = [.. Shared(database.ConnectionString), ("ACTANT__CLUSTER__ADDRESS", address), .. listen is null ? [] : new[] { ("ACTANT__CLUSTER__LISTEN", listen) }];

        var (code, _, error) = await ActantProcess.RunAsync(["serve", "--urls", urls, "--data", folder.Path], environment);

        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] Shared(string connection) =>
    [
        ("ACTANT__POSTGRES__CONNECTIONSTRING", connection), ("ACTANT__POSTGRES__SCHEMA", "listeners"), ("ACTANT__CLUSTER__KEY", Key),
        ("ACTANT_SECRETS_KEY", Convert.ToBase64String(new byte[32])),
    ];
}
