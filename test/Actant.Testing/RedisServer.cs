using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Actant.Testing;

/// <summary>A Redis of tests: on a free port, in a temporary folder, gone afterwards. It can be killed and started again.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Missing = "redis-server is missing. Install it with one of\n  apt-get install redis-server    dnf install redis    apk add redis    brew install redis";

    private readonly string _folder = Directory.CreateTempSubdirectory("actant-redis-").FullName;
    private readonly string[] _options;
    private Process? _process;

    private RedisServer(string[] options) => _options = options;

    public int Port { get; } = FreePort.Find();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>A server that runs.</summary>
    /// <param name="options">Of the server's own, as <c>--requirepass x</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo(
                "redis-server", ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--logfile", "log", .. _options])
            {
                WorkingDirectory = _folder,
                UseShellExecute = false,
            })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(Missing, exception);
        }

        for (var started = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException) when (started.Elapsed < TimeSpan.FromSeconds(30) && !_process.HasExited)
            {
                // It is about to listen.
            }
        }
    }

    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
