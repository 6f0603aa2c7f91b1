using System.Text;
using System.Text.Json;

namespace Actant.Benchmarks.Http;

/// <summary>An agent that is made for a run and deleted after it: its scripted model costs little itself.</summary>
internal sealed class LoadAgentOnServer : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly bool _isOwn;

    private LoadAgentOnServer(HttpClient client, string name, bool isOwn)
    {
        _client = client;
        Name = name;
        _isOwn = isOwn;
    }

    public string Name { get; }

    public static async Task<LoadAgentOnServer> OpenAsync(HttpClient client, LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.Agent is { } named)
        {
            return new LoadAgentOnServer(client, named, isOwn: false);
        }

        var name = $"load-{options.Scenario}-{Guid.NewGuid():N}";
        using var body = new StringContent(Definition(name, options), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/api/v1/agents", body, cancellationToken);
        return response.IsSuccessStatusCode
            ? new LoadAgentOnServer(client, name, isOwn: true)
            : throw new InvalidOperationException($"The agent was not made: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
        {
            using var response = await _client.DeleteAsync($"/api/v1/agents/{Name}");
        }
    }

    private static string Definition(string name, LoadOptions options)
    {
        object model = options.Scenario switch
        {
            "execute" => new
            {
                rules = new object[]
                {
                    new { when = new { last_role = "user" }, tool_calls = new[] { new { name = "calculator", arguments = new { operation = "add", a = 19, b = 23 } } } },
                    new { when = new { last_role = "tool" }, answer = "It is 42." },
                },
            },
            "stream" => new { token_delay_ms = (int)options.TokenDelay.TotalMilliseconds, @default = string.Join(' ', Enumerable.Repeat("word", options.Tokens)) },
            "wait" => new { delay_ms = (int)options.ModelDelay.TotalMilliseconds, @default = "Done." },
            _ => new { @default = "Done." },
        };
        return JsonSerializer.Serialize(new
        {
            name,
            model = new { provider = "scripted", model_name = "load", options = model },
            tools = options.Scenario == "execute" ? new[] { "calculator" } : [],
        });
    }
}
