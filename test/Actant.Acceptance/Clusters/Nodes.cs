using Actant.Testing;

namespace Actant.Acceptance.Clusters;

/// <summary>Processes that share one database; a killed one starts again at the same address.</summary>
internal sealed class Nodes : IAsyncDisposable
{
    private readonly Node[] _nodes;

    private Nodes(Node[] nodes) => _nodes = nodes;

    public int Count => _nodes.Length;

    public Node this[int index] => _nodes[index];

    /// <summary>One that is likely to answer.</summary>
    public Node Any()
    {
        var awake = _nodes.Where(static node => !node.IsPaused).ToArray();
        return awake.Length > 0 ? awake[Random.Shared.Next(awake.Length)] : _nodes[0];
    }

    public Node Named(string name) => _nodes.First(node => node.Name == name);

    public static async Task<Nodes> StartAsync(int count, string database, string folder, params (string Name, string Value)[] environment)
    {
        var nodes = new Nodes([.. Enumerable.Range(1, count).Select(number => new Node($"node-{number}", folder, database, environment))]);
        await Task.WhenAll(nodes._nodes.Select(node => node.StartAsync()));
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>One of the processes.</summary>
    internal sealed class Node(string name, string folder, string database, (string Name, string Value)[] environment) : IAsyncDisposable
    {
        private const int MostStarts = 10;

        private readonly SemaphoreSlim _gate = new(1, 1);
        private readonly int _port = FreePort.Find();
        private readonly DatabaseLink _link = new(database);
        private ActantProcess? _process;

        public string Name => name;

        /// <summary>Between this node and the database.</summary>
        public DatabaseLink Link => _link;

        /// <summary>Whether the process stands still.</summary>
        public bool IsPaused { get; private set; }

        /// <summary>For requests; changes when the process does.</summary>
        public HttpClient Client => Volatile.Read(ref _process)?.Client ?? throw new HttpRequestException($"{name} is not there.");

        public async Task StartAsync() => _process = await ActantProcess.ServeAsync(
            Path.Combine(folder, name),
            [
                ("ACTANT__POSTGRES__CONNECTIONSTRING", _link.ConnectionString),
                ("ACTANT__CLUSTER__ADDRESS", $"http://127.0.0.1:{_port}"),
                ("ACTANT__CLUSTER__LISTEN", $"http://127.0.0.1:{_port}"),
                ("ACTANT__CLUSTER__KEY", "the key of this cluster"),
                ("ACTANT_SECRET_NODE_NAME", name),
                .. environment,
            ]);

        /// <summary><c>kill -9</c>, and a new process. A second caller meanwhile waits for the first.</summary>
        public async Task RestartAsync()
        {
            await _gate.WaitAsync();
            try
            {
                if (_process is { } process)
                {
                    // Whether a new one comes or not, this one is gone.
                    _process = null;
                    await process.KillAsync();
                    await process.DisposeAsync();
                }

                await StartAgainAsync();
            }
            finally
            {
                _gate.Release();
            }
        }

        /// <summary>As a supervisor does: one that ends or is not ready, because the database is away in this moment, is started again.</summary>
        private async Task StartAgainAsync()
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await StartAsync();
                    return;
                }
                catch (Exception exception) when (attempt < MostStarts && exception is (InvalidOperationException or HttpRequestException))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(500));
                }
            }
        }

        /// <summary>When the process went on after a pause.</summary>
        public DateTimeOffset WokeAt { get; private set; }

        /// <summary>Stops the process as it stands (SIGSTOP) until something has ended.</summary>
        public async Task PauseAsync(Func<Task> until)
        {
            await _gate.WaitAsync();
            try
            {
                IsPaused = true;
                _process!.Signal(19);
                await until();
                WokeAt = DateTimeOffset.UtcNow;
                _process.Signal(18);
                IsPaused = false;
            }
            finally
            {
                _gate.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is not null)
            {
                await _process.DisposeAsync();
            }

            await _link.DisposeAsync();
            _gate.Dispose();
        }
    }
}
