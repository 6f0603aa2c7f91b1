using System.Text.Json;
using Actant.Postgres;

namespace Actant.Benchmarks.Http;

/// <summary>A server of our own, on a folder that goes with it.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private const int MostExecutions = 20_000;

    private readonly string _folder;
    private ChildProcess? _process;

    private OwnServer(string folder)
    {
        _folder = folder;
    }

    public int Id => _process!.Id;

    public Uri Address => _process!.Address;

    /// <summary>The variables of a server that keeps everything in a database.</summary>
    public static Dictionary<string, string> On(PostgresStoreOptions database) => new()
    {
        ["Actant__Postgres__ConnectionString"] = database.ConnectionString,
        ["Actant__Postgres__Schema"] = database.Schema,
    };

    /// <param name="data">Where its folder is made.</param>
    /// <param name="settings">Variables of its environment; they go before its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OwnServer> StartAsync(string data, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Actant.Server/bin", configuration, "net10.0/Actant.Server.dll"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"There is no server in {Path.GetDirectoryName(program)}: build src/Actant.Server, or name one that runs with --url.");
        }

        var server = new OwnServer(Directory.CreateDirectory(Path.Combine(data, $"actant-load-{Guid.NewGuid():N}")).FullName);
        try
        {
            server._process = await ChildProcess.StartAsync(
                program,
                ["serve", "--urls", "http://127.0.0.1:0", "--data", server._folder],
                settings.Prepend(new("Actant__MaxConcurrentExecutions", $"{MostExecutions}")),
                AddressOf,
                cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static Uri? AddressOf(string line) =>
        JsonElement.Parse(line).TryGetProperty("metadata", out var fields) && fields.TryGetProperty("url", out var url) ? new Uri(url.GetString()!) : null;
}
