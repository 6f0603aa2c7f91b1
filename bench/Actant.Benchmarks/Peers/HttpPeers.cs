using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Postgres;
using Actant.Testing;

namespace Actant.Benchmarks.Peers;

/// <summary>Servers over HTTP, all asked by the same client: the answer is awaited.</summary>
internal static class HttpPeers
{
    private static readonly string s_text = LoadAgent.Text(512);

    /// <summary>Our own server, on PostgreSQL.</summary>
    public static async Task<PeerRow> ActantAsync(BenchmarkOptions options, int callers)
    {
        await using var stage = await PostgresStage.OpenAsync(options);
        var database = await stage.NewOptionsAsync();
        var row = await ActantAsync(options, callers, database);
        await stage.DropAsync(database);
        return row;
    }

    private static async Task<PeerRow> ActantAsync(BenchmarkOptions options, int callers, PostgresStoreOptions database)
    {
        await using var server = await OwnServer.StartAsync(options.Data, OwnServer.On(database), CancellationToken.None);
        using var client = Client(server.Address);
        using var made = await client.PostAsync("/api/v1/agents", Json(LoadAgent.CalculatingJson(512)));
        made.EnsureSuccessStatusCode();
        return await MeasureAsync(
            "Actant's server, PostgreSQL", client, "/api/v1/agents/calculating/execute", new { input = s_text }, "\"completed\"", callers, options);
    }

    public static async Task<PeerRow> LangGraphAsync(BenchmarkOptions options, int callers)
    {
        await Programs.InstallAsync("langgraph");
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var server = await Programs.ServeAsync(
            "langgraph",
            "node_modules/.bin/langgraphjs",
            ["dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", $"{address.Port}", "-n", "200"],
            [("LANGSMITH_TRACING", "false"), ("LOG_LEVEL", "error"), ("NO_COLOR", "1")],
            new Uri(address, "/ok"));
        using var client = Client(address);
        return await MeasureAsync(
            "LangGraph API server, in memory, 200 jobs", client, "/runs/wait",
            new { assistant_id = "agent", input = new { messages = new[] { new { role = "human", content = s_text } } } }, s_text, callers, options);
    }

    public static async Task<PeerRow> RestateAsync(BenchmarkOptions options, int callers)
    {
        await Programs.InstallAsync("restate");
        var folder = LoadEngine.TemporaryFolder(options);
        int[] ports = [FreePort.Find(), FreePort.Find(), FreePort.Find(), FreePort.Find()];
        var configuration = Path.Combine(folder, "restate.toml");
        await File.WriteAllTextAsync(configuration, $"""
            disable-telemetry = true
            base-dir = {JsonSerializer.Serialize(folder)}
            listen-mode = "tcp"
            bind-address = "127.0.0.1:{ports[0]}"
            [ingress]
            bind-address = "127.0.0.1:{ports[1]}"
            [admin]
            bind-address = "127.0.0.1:{ports[2]}"
            """);
        try
        {
            var binary = Directory.GetFiles(Path.Combine(Programs.Folder, "restate", "node_modules", "@restatedev"), "restate-server", SearchOption.AllDirectories)
                .FirstOrDefault(file => Path.GetFileName(Path.GetDirectoryName(file)) == "bin") ?? throw new PeerMissingException("its package has no server for this system");
            var admin = new Uri($"http://127.0.0.1:{ports[2]}");
            await using var server = await Programs.ServeAsync("restate", binary, ["--no-logo", "-c", configuration], [("DO_NOT_TRACK", "1")], new Uri(admin, "/health"));
            await using var service = new Programs.Server(Programs.Start("restate", "node", ["service.mjs"], [("PEER_PORT", $"{ports[3]}"), ("RESTATE_LOGGING", "ERROR")]));
            using var manager = Client(admin);
            await RegisterAsync(manager, ports[3]);
            using var client = Client(new Uri($"http://127.0.0.1:{ports[1]}"));
            return await MeasureAsync("Restate, handler of 3 steps", client, "/agent/run", new { question = s_text }, s_text, callers, options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The server asks the service, which may not listen yet.</summary>
    private static async Task RegisterAsync(HttpClient manager, int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var response = await manager.PostAsync("/deployments", Json(JsonSerializer.Serialize(new { uri = $"http://127.0.0.1:{port}" })));
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            if (attempt == 50)
            {
                throw new PeerMissingException("its server does not find the service");
            }

            await Task.Delay(200);
        }
    }

    private static async Task<PeerRow> MeasureAsync(
        string what, HttpClient client, string path, object body, string expected, int callers, BenchmarkOptions options)
    {
        var sent = JsonSerializer.Serialize(body);
        return PeerRow.Of(what, callers, await ClosedLoop.MeasureAsync(
            async () =>
            {
                using var response = await client.PostAsync(path, Json(sent));
                var answer = await response.Content.ReadAsStringAsync();
                if (!response.IsSuccessStatusCode || !answer.Contains(expected, StringComparison.Ordinal))
                {
                    throw new PeerMissingException($"{(int)response.StatusCode} {answer[..Math.Min(answer.Length, 200)]}");
                }
            },
            callers,
            options));
    }

    private static HttpClient Client(Uri address) =>
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    private static StringContent Json(string body) => new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
