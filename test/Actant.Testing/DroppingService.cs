using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Actant.Testing;

/// <summary>
/// A service that keeps connections alive and once hangs up on a reused one: it has read a request whole, and does not answer it.
/// </summary>
/// <param name="answer">What it answers with otherwise, head and body.</param>
public sealed class DroppingService(string answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok") : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private int _dropped;

    /// <summary>The first line of every request that was read whole, and its headers.</summary>
    public ConcurrentQueue<(string Line, string Headers)> Requests { get; } = [];

    public Uri Address { get; private set; } = null!;

    /// <summary>Begins to listen on a free port of the loopback address.</summary>
    public DroppingService Start()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _connections.Add(AcceptAsync());
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var connection in _connections)
        {
            await connection.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            for (var served = 0; await ReadAsync(stream) is { } request; served++)
            {
                Requests.Enqueue(request);
                if (served > 0 && Interlocked.Exchange(ref _dropped, 1) == 0)
                {
                    return;
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
            }
        }
    }

    /// <summary>A request with its body; <c>null</c> at the end of the connection.</summary>
    private async Task<(string Line, string Headers)?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var length = lines.FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?["Content-Length:".Length..] ?? "0";
        await stream.ReadExactlyAsync(new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)], _stop.Token);
        return (lines[0][..lines[0].LastIndexOf(' ')], string.Join('\n', lines[1..]));
    }
}
