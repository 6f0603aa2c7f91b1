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

    public static RemoteRequest Get(string path, params (string Name, string? Value)[] query)
    {
        var given = query.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}").ToList();
        return new RemoteRequest(HttpMethod.Get, given.Count == 0 ? path : $"{path}?{string.Join('&', given)}");
    }

    public static RemoteRequest Post(string path, JsonNode? body = null) => new(HttpMethod.Post, path, body ?? new JsonObject());

    public static RemoteRequest Delete(string path) => new(HttpMethod.Delete, path);
}
