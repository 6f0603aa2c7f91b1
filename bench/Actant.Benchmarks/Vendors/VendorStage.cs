using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actant.Benchmarks.Http;

namespace Actant.Benchmarks.Vendors;

/// <summary>A vendor and a server that asks it, each in a process of its own, and a client of both.</summary>
internal sealed class VendorStage : IAsyncDisposable
{
    private const string Provider = "bench";
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly OwnServer _server;
    private readonly HttpClient _client;

    private VendorStage(VendorClient vendor, OwnServer server)
    {
        Vendor = vendor;
        _server = server;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public VendorClient Vendor { get; }

    /// <summary>What the server has used so far.</summary>
    public ServerMeter Server => ServerMeter.Of(_server.Id);

    public static async Task<VendorStage> OpenAsync(BenchmarkOptions options)
    {
        var vendor = await VendorClient.StartAsync(CancellationToken.None);
        try
        {
            var settings = new Dictionary<string, string> { [$"Actant__Models__Providers__{Provider}__Address"] = vendor.Address.ToString() };
            return new VendorStage(vendor, await OwnServer.StartAsync(options.Data, settings, CancellationToken.None));
        }
        catch
        {
            await vendor.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an agent that asks its model once.</summary>
    public async Task AddAgentAsync(string name, VendorPace pace)
    {
        var definition = JsonSerializer.Serialize(new { name, model = new { provider = Provider, model_name = pace.ToString() } });
        using var body = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/api/v1/agents", body);
        await EnsureAsync(response);
    }

    /// <summary>Has an execution accepted; its id.</summary>
    public async Task<string> SubmitAsync(string agent, string input, CancellationToken cancellationToken)
    {
        using var response = await PostAsync("/api/v1/executions", JsonSerializer.SerializeToUtf8Bytes(new { agent, input }), cancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).GetProperty("execution_id").GetString()!;
    }

    /// <summary>Has an execution cancelled.</summary>
    public async Task CancelAsync(string execution, CancellationToken cancellationToken)
    {
        using var response = await PostAsync($"/api/v1/executions/{execution}/cancel", "{}"u8.ToArray(), cancellationToken);
    }

    /// <summary>The events of an execution, as they come.</summary>
    public async Task<HttpResponseMessage> EventsAsync(string execution, CancellationToken cancellationToken)
    {
        var response = await _client.GetAsync($"/api/v1/executions/{execution}/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether an execution of an agent is in a status.</summary>
    public async Task<bool> HasAnyAsync(string agent, string status, CancellationToken cancellationToken)
    {
        var page = await _client.GetByteArrayAsync($"/api/v1/executions?status={status}&agent={agent}&limit=1", cancellationToken);
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

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await Vendor.DisposeAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var response = await _client.PostAsync(path, new ByteArrayContent(body) { Headers = { ContentType = s_json } }, cancellationToken);
        await EnsureAsync(response);
        return response;
    }

    private static async Task EnsureAsync(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{response.RequestMessage!.RequestUri!.AbsolutePath}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }
}
