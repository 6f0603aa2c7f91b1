using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Tools;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Actant.Mcp;

/// <summary>A server that has introduced itself, for one tenant, and what it listed last.</summary>
internal sealed class McpSession(McpClient client, StdioServer? process, ToolSecrets secrets, TimeProvider time) : IAsyncDisposable
{
    private const int MostPages = 100;
    private const int MostTools = 1000;
    private const long MostBytes = 4 * 1024 * 1024;
    private readonly SemaphoreSlim _listing = new(1);
    private volatile IReadOnlyList<CheckedTool>? _listed;
    private long _listedAt;

    /// <summary>The protocol's client.</summary>
    public McpClient Client { get; } = client;

    /// <summary>The secrets that it was opened with.</summary>
    public ToolSecrets Secrets { get; } = secrets;

    /// <summary>The process, of a program.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>Why its process was given up, if that was for what it said.</summary>
    public string? Fault => process?.Output.Fault;

    /// <summary>Whether nothing can be asked of it any more.</summary>
    public bool IsOver => Client.Completion.IsCompleted;

    /// <summary>Something is asked of it now.</summary>
    public void Asked() => process?.Output.Asked();

    /// <summary>Forgets what was listed: the server says that there is another list.</summary>
    public void ListChanged() => _listed = null;

    /// <summary>Its tools, in its order, each checked.</summary>
    public async ValueTask<IReadOnlyList<CheckedTool>> ListAsync(TimeSpan listTime, CancellationToken cancellationToken)
    {
        await _listing.WaitAsync(cancellationToken);
        try
        {
            if (_listed is { } known && time.GetElapsedTime(_listedAt) < listTime)
            {
                return known;
            }

            _listedAt = time.GetTimestamp();
            return _listed = await ReadAsync(cancellationToken);
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>Ends it at once, with all that is asked of it.</summary>
    public void Kill() => process?.Kill();

    public async ValueTask DisposeAsync()
    {
        Kill();
        try
        {
            await Client.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException or InvalidOperationException or ModelContextProtocol.McpException)
        {
            // It is over in any case.
        }

        if (process is not null)
        {
            await process.DisposeAsync();
        }

        _listing.Dispose();
    }

    private async Task<IReadOnlyList<CheckedTool>> ReadAsync(CancellationToken cancellationToken)
    {
        var tools = new List<CheckedTool>();
        var (cursor, bytes) = (default(string), 0L);
        for (var read = 0; read < MostPages; read++)
        {
            Asked();
            // As it came: the protocol's own types refuse a whole page for one tool.
            var request = new JsonRpcRequest { Method = RequestMethods.ToolsList, Params = cursor is null ? new JsonObject() : new JsonObject { ["cursor"] = cursor } };
            var result = JsonSerializer.SerializeToElement((await Client.SendRequestAsync(request, cancellationToken)).Result, McpJson.Default.JsonNode);
            if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("tools", out var page) || page.ValueKind != JsonValueKind.Array)
            {
                throw new JsonException("The list of tools is no list.");
            }

            foreach (var tool in page.EnumerateArray())
            {
                var listed = CheckedTool.Of(tool);
                bytes += listed.Bytes;
                if (tools.Count >= MostTools || bytes > MostBytes)
                {
                    tools.Add(CheckedTool.Rest(MostTools, MostBytes));
                    return tools;
                }

                tools.Add(listed);
            }

            if (!result.TryGetProperty("nextCursor", out var further) || further.ValueKind != JsonValueKind.String || further.GetString() is not { Length: > 0 } next || next == cursor)
            {
                break;
            }

            cursor = next;
        }

        return tools;
    }
}
