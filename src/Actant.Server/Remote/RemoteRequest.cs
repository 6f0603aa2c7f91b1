using System.CommandLine;
using System.Text.Json.Nodes;

namespace Actant.Server.Remote;

/// <summary>One request of the API.</summary>
internal sealed record RemoteRequest(HttpMethod Method, string Path, JsonNode? Body = null)
{
    /// <summary>Whether it brings something that filters would see: an answer, a reason, a value of the state.</summary>
    public bool PassesFilters => Method != HttpMethod.Get && Method != HttpMethod.Delete
        && (Path.Contains("api/v1/executions", StringComparison.Ordinal) || Path.Contains("api/v1/threads", StringComparison.Ordinal));

    /// <summary>Whether it makes something that a new data folder begins with; anything else in one that is not there is a slip of the pen.</summary>
    public bool MayBegin => Method == HttpMethod.Post && Path is "/api/v1/agents" or "/api/v1/tokens";

    /// <summary>Whether somebody must carry it out: without a server it waits for one.</summary>
    public bool WaitsForServer => Method == HttpMethod.Post && Path.StartsWith("/api/v1/executions", StringComparison.Ordinal);

    /// <summary>What the command calls the fields of the request: JSON path, or <c>?name</c>, to option or argument.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(0);

    /// <summary>Asks for something, narrowed by what was given of some options.</summary>
    public static RemoteRequest Get(string path, ParseResult parsed, params (string Field, Option Option)[] query)
    {
        var given = query.SelectMany(pair => (parsed.GetResult(pair.Option)?.Tokens ?? []).Select(token => $"{pair.Field}={Uri.EscapeDataString(token.Value)}")).ToList();
        return new RemoteRequest(HttpMethod.Get, given.Count == 0 ? path : $"{path}?{string.Join('&', given)}")
        {
            Names = query.ToDictionary(static pair => $"?{pair.Field}", static pair => pair.Option.Name),
        };
    }

    public static RemoteRequest Get(string path) => new(HttpMethod.Get, path);

    /// <summary>Sends a document.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="body">The document; an empty one if absent.</param>
    /// <param name="names">Which option or argument each of its fields comes from.</param>
    public static RemoteRequest Post(string path, JsonNode? body = null, params (string Field, string Name)[] names) => new(HttpMethod.Post, path, body ?? new JsonObject())
    {
        Names = names.ToDictionary(static pair => $"$.{pair.Field}", static pair => pair.Name),
    };

    public static RemoteRequest Delete(string path) => new(HttpMethod.Delete, path);
}
