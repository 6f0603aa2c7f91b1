using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using Actant.Benchmarks.Peers;

namespace Actant.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed class BenchmarkOptions
{
    public const string Help = """
        usage: ./dev bench [verb…] [option…]

          micro             nanoseconds and bytes of each hot path
          throughput        executions per second, beside bare commits of SQLite and PostgreSQL
          thread            what a long conversation costs, in bytes and in time
          idle              what 10,000 executions cost that wait on a model
          waiting           the same over HTTP: 10,000 connections to a vendor in another process
          tokens            how much older a token is when its reader has it, at 200 streams of 50 a second
          peers             what others do, beside Actant; not among "all of them"; Node.js brings them
          cancel            from asking for a cancellation until the vendor's connection is closed
          cluster           servers on PostgreSQL: accepts, first steps, a killed node, tokens and cancellations across nodes, an idle one
          brokers           jobs through NATS and messages on Redis, beside the bare libraries
          take              nodes that empty a backlog on PostgreSQL: threads per second, and how often they meet; see --postgres
          (no verb: all of them)

          --quick           a smoke run: every part once, briefly; its figures mean nothing
          --filter PATTERN  micro: only benchmarks whose name matches, as *Fold*; throughput: only such rows, as '*PostgreSQL 64';
                            cluster: only idle, accept, 'first step', kill, tokens or cancel; brokers: only nats or redis
          --only NAME       peers: only langgraph, dbos, restate or langgraph-api; may be repeated
          --data FOLDER     where databases are made; the system's folder for temporary files by default
          --postgres STRING Npgsql's connection string to a server that is there; one of the benchmark's own by default
          --json FILE       the figures as JSON
          --markdown FILE   the tables, between <!-- bench:NAME --> and <!-- /bench:NAME --> in the file

        Any other option goes to BenchmarkDotNet.
        """;

    private static readonly string[] s_verbs = ["micro", "throughput", "thread", "idle", "waiting", "tokens", "cancel", "cluster", "brokers", "take", "peers"];

    private readonly HashSet<string> _peers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);

    public bool WantsHelp { get; private set; }

    public bool Quick { get; private set; }

    public string Filter { get; private set; } = "*";

    public string Data { get; private set; } = Path.GetTempPath();

    public string? Postgres { get; private set; }

    public string? Json { get; private set; }

    public string? Markdown { get; private set; }

    /// <summary>What BenchmarkDotNet shall get.</summary>
    public List<string> Rest { get; } = [];

    public static bool TryParse(string[] args, out BenchmarkOptions options, [NotNullWhen(false)] out string? fault)
    {
        options = new BenchmarkOptions();
        fault = null;
        var left = new Queue<string>(args);
        while (fault is null && left.TryDequeue(out var arg))
        {
            switch (arg)
            {
                case "--help" or "-h":
                    options.WantsHelp = true;
                    break;
                case "--quick":
                    options.Quick = true;
                    break;
                case "--filter" or "--data" or "--postgres" or "--only" or "--json" or "--markdown":
                    fault = left.TryDequeue(out var value) ? options.Set(arg, value) : $"{arg} needs a value.";
                    break;
                default:
                    fault = options.Take(arg);
                    break;
            }
        }

        return fault is null;
    }

    /// <summary>Whether a part shall run.</summary>
    public bool Wants(string verb) => _chosen.Count == 0 ? verb != "peers" : _chosen.Contains(verb);

    /// <summary>Whether a peer shall be measured.</summary>
    public bool WantsPeer(string name) => _peers.Count == 0 || _peers.Contains(name);

    /// <summary>Whether something of that name was asked for.</summary>
    public bool Matches(string name) => FileSystemName.MatchesSimpleExpression(Filter, name);

    private string? Set(string option, string value)
    {
        switch (option)
        {
            case "--filter":
                Filter = value;
                break;
            case "--data":
                Data = value;
                break;
            case "--only":
                _peers.Add(value);
                return PeersRun.Names.Contains(value) ? null : $"There is no peer '{value}'.";
            case "--postgres":
                Postgres = value;
                break;
            case "--json":
                Json = value;
                break;
            default:
                Markdown = value;
                return File.Exists(value) ? null : $"There is no file {value}.";
        }

        return null;
    }

    private string? Take(string arg)
    {
        if (s_verbs.Contains(arg))
        {
            _chosen.Add(arg);
        }
        else if (arg.StartsWith('-') || Rest.Count > 0)
        {
            Rest.Add(arg);
        }
        else
        {
            return $"There is no verb '{arg}'.";
        }

        return null;
    }
}
