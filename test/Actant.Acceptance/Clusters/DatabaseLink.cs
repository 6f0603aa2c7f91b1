using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Actant.Acceptance.Clusters;

/// <summary>
/// The network between a node and its database, which can fail at the worst moment: it keeps a write until that is no longer welcome, or
/// breaks when the database has done what it was asked and its answer is on the way.
/// </summary>
internal sealed class DatabaseLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _database;
    private readonly ConcurrentDictionary<Wire, bool> _wires = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _lost;
    private volatile TaskCompletionSource? _gate;

    public DatabaseLink(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _database = new IPEndPoint(IPAddress.Parse(settings.Host!), settings.Port);
        _listener.Start();
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The database by way of this link.</summary>
    public string ConnectionString { get; }

    /// <summary>How many answers were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>From each connection that is open now, the next answer is lost, and the connection with it.</summary>
    public void LoseAnswers()
    {
        foreach (var wire in _wires.Keys)
        {
            wire.LoseNextAnswer();
        }
    }

    /// <summary>From now on the database hears nothing from this node.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether this is in what is kept from the database.</summary>
    public bool Holds(string text) => _wires.Keys.Any(wire => wire.Holds(text));

    /// <summary>The database hears what it was kept from, and all that comes.</summary>
    public void Release()
    {
        var gate = _gate!;
        _gate = null;
        gate.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var node = await _listener.AcceptSocketAsync(_stop.Token);
            var wire = new Wire(node, () => _gate?.Task ?? Task.CompletedTask, () => Interlocked.Increment(ref _lost));
            _wires[wire] = true;
            _ = RunAsync(wire);
        }
    }

    private async Task RunAsync(Wire wire)
    {
        await wire.RunAsync(_database, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wires.TryRemove(wire, out _);
    }
}
