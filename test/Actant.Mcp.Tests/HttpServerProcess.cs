using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Actant.Mcp.Tests;

/// <summary>The protocol's server for tests, listening on a port.</summary>
internal sealed class HttpServerProcess(Process process) : IAsyncDisposable
{
    public static async Task<HttpServerProcess> StartAsync(string folder, string program, int port)
    {
        var start = new ProcessStartInfo("node", [program, "streamableHttp"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Until.TrueAsync(
            async () =>
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            "the server listened");
        return new HttpServerProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
