using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Actant.Testing;

/// <summary>A NATS of tests with JetStream: on a free port, in a temporary folder, gone afterwards. It can be killed and started again.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private const string Missing = "nats-server is missing. Install it with one of\n  apt-get install nats-server    brew install nats-server\nor from https://docs.nats.io/running-a-nats-service/introduction/installation";

    private readonly string[] _options;
    private Process? _process;

    private NatsServer(string[] options) => _options = options;

    public int Port { get; } = FreePort.Find();

    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    /// <summary>Where it keeps its streams, and what options name.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("actant-nats-").FullName;

    /// <summary>A server that runs.</summary>
    /// <param name="options">Of the server's own, as <c>--user x</c>.</param>
    public static async Task<NatsServer> StartAsync(params string[] options)
    {
        var server = new NatsServer(options);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A server that does not run yet, so that files for it can be written to <see cref="Folder"/>.</summary>
    public static NatsServer Prepare(params string[] options) => new(options);

    public async Task StartAgainAsync()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo(
                ProgramPath(), ["--addr", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--jetstream", "--store_dir", Folder, "--log", Path.Combine(Folder, "log"), .. _options])
            {
                WorkingDirectory = Folder,
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
        Directory.Delete(Folder, recursive: true);
    }

    // Debian has it where only root looks.
    private static string ProgramPath() => File.Exists("/usr/sbin/nats-server") ? "/usr/sbin/nats-server" : "nats-server";
}
