using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actant.Benchmarks.Http;

namespace Actant.Benchmarks.Vendors;

/// <summary>A server that asks the vendor, and its client.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    public const string Provider = "bench";
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly OwnServer _server;

    private NodeClient(OwnServer server)
    {
        _server = server;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public HttpClient Http { get; }

    /// <summary>What the server has used so far.</summary>
    public ServerMeter Meter => ServerMeter.Of(_server.Id);

    public static async Task<NodeClient> StartAsync(BenchmarkOptions options, IReadOnlyDictionary<string, string> settings) =>
        new(await OwnServer.StartAsync(options.Data, settings, CancellationToken.None));

    /// <summary>Makes an agent that asks its model once.</summary>
    public Task AddAgentAsync(string name, VendorPace pace) =>
        AddAgentAsync(JsonSerializer.Serialize(new { name, model = new { provider = Provider, model_name = pace.ToString() } }));

    /// <summary>Makes an agent of a definition.</summary>
    public async Task AddAgentAsync(string definition)
    {
        using var response = await PostAsync("/api/v1/agents", Encoding.UTF8.GetBytes(definition), CancellationToken.None);
    }

    /// <summary>Has an execution accepted; its id.</summary>
    public async Task<string> SubmitAsync(string agent, string input, CancellationToken cancellationToken)
    {
        using var response = await PostAsync("/api/v1/executions", JsonSerializer.SerializeToUtf8Bytes(new { agent, input }), cancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).GetProperty("execution_id").GetString()!;
    }

    /// <summary>Has an agent answer.</summary>
    public async Task ExecuteAsync(string agent, string input, CancellationToken cancellationToken)
    {
        using var response = await PostAsync($"/api/v1/agents/{agent}/execute", JsonSerializer.SerializeToUtf8Bytes(new { input }), cancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (answer.GetProperty("state").GetString() is not "completed" and var state)
        {
            throw new InvalidDataException($"The execution is {state}.");
        }
    }

    /// <summary>Has an execution cancelled.</summary>
    public async Task CancelAsync(string execution, CancellationToken cancellationToken)
    {
        using var response = await PostAsync($"/api/v1/executions/{execution}/cancel", "{}"u8.ToArray(), cancellationToken);
    }

    /// <summary>The events of an execution, as they come.</summary>
    public async Task<HttpResponseMessage> EventsAsync(string execution, CancellationToken cancellationToken)
    {
        var response = await Http.GetAsync($"/api/v1/executions/{execution}/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether an execution of an agent is in a status.</summary>
    public async Task<bool> HasAnyAsync(string agent, string status, CancellationToken cancellationToken)
    {
        var page = await Http.GetByteArrayAsync($"/api/v1/executions?status={status}&agent={agent}&limit=1", cancellationToken);
        return JsonElement.Parse(page).GetProperty("executions").GetArrayLength() > 0;
    }

    /// <summary>Waits until no execution of an agent is left; says so at most 20 ms too late.</summary>
    public async Task EndedAsync(string agent, CancellationToken cancellationToken)
    {
        while (await HasAnyAsync(agent, "running", cancellationToken) || await HasAnyAsync(agent, "pending", cancellationToken))
        {
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _server.KillAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var response = await Http.PostAsync(path, new ByteArrayContent(body) { Headers = { ContentType = s_json } }, cancellationToken);
        return response.IsSuccessStatusCode
            ? response
            : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
