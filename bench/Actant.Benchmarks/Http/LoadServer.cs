using System.Diagnostics;
using System.Text.Json;

namespace Actant.Benchmarks.Http;

/// <summary>The server under load: one that runs, or one of our own on a folder that goes with it.</summary>
internal sealed class LoadServer : IAsyncDisposable
{
    private const int MostExecutions = 20_000;
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(60);

    private readonly Process? _process;
    private readonly string? _folder;
    private Task _drained = Task.CompletedTask;

    private LoadServer(Process? process, string? folder, LoadOptions options)
    {
        _process = process;
        _folder = folder;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        foreach (var header in options.Headers)
        {
            var parts = header.Split(':', 2, StringSplitOptions.TrimEntries);
            Client.DefaultRequestHeaders.TryAddWithoutValidation(parts[0], parts.ElementAtOrDefault(1));
        }
    }

    public HttpClient Client { get; }

    /// <summary>Its process, where that is known.</summary>
    public int? Pid { get; private set; }

    public bool IsOwn => _process is not null;

    public static async Task<LoadServer> OpenAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.Url is { } url)
        {
            return new LoadServer(null, null, options) { Client = { BaseAddress = url }, Pid = options.Pid ?? Listener.Find(url) };
        }

        var folder = Directory.CreateDirectory(Path.Combine(options.Data, $"actant-load-{Guid.NewGuid():N}")).FullName;
        var server = new LoadServer(Start(folder), folder, options);
        server.Pid = server._process!.Id;
        try
        {
            await server.ListenAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }

            await _drained;
            _process.Dispose();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static Process Start(string folder)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Actant.Server/bin", configuration, "net10.0/Actant.Server.dll"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"There is no server in {Path.GetDirectoryName(program)}: build src/Actant.Server, or name one that runs with --url.");
        }

        var start = new ProcessStartInfo("dotnet", [program, "serve", "--urls", "http://127.0.0.1:0", "--data", folder])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["Actant__MaxConcurrentExecutions"] = $"{MostExecutions}" },
        };
        return Process.Start(start)!;
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_longestStart);
        while (Client.BaseAddress is null)
        {
            var line = await _process!.StandardOutput.ReadLineAsync(late.Token) ?? throw new InvalidOperationException("The server ended before it listened.");
            if (JsonElement.Parse(line).TryGetProperty("metadata", out var fields) && fields.TryGetProperty("url", out var url))
            {
                Client.BaseAddress = new Uri(url.GetString()!);
            }
        }

        // A process whose output nobody reads stops when the pipe is full.
        _drained = DrainAsync(_process!.StandardOutput);
    }

    private static async Task DrainAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is not null)
        {
        }
    }
}
