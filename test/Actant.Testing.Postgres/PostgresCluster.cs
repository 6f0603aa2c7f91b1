using System.Diagnostics;
using System.Globalization;
using Actant.Postgres;
using Npgsql;

namespace Actant.Testing.Postgres;

/// <summary>
/// A PostgreSQL of tests and benchmarks: in a temporary folder, on a free port, gone afterwards. It flushes to disk as in production.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Missing =
        "PostgreSQL's server programs are missing. Install them with one of\n"
        + "  apt-get install postgresql    dnf install postgresql-server    apk add postgresql    brew install postgresql@17\n"
        + "or from https://www.postgresql.org/download/ and put the folder of initdb and pg_ctl on the PATH.";

    private static int _lastSchema;

    private readonly string _programs = FindPrograms();
    private readonly string _folder;
    private readonly string _settings;
    private readonly int _port = FreePort.Find();

    public PostgresCluster()
        : this(Path.GetTempPath(), "")
    {
    }

    private PostgresCluster(string parent, string settings)
    {
        _folder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(parent), $"actant-postgres-{Guid.NewGuid():N}")).FullName;
        _settings = settings;
    }

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "postgres",
        Database = "postgres",
        MaxPoolSize = 20,
        Timeout = 15,
    }.ConnectionString;

    /// <summary>What the server has logged so far.</summary>
    public async Task<string[]> ReadLogAsync()
    {
        await using var log = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(log);
        return (await reader.ReadToEndAsync()).Split('\n');
    }

    private string LogFile => Path.Combine(_folder, "log");

    private string Data => Path.Combine(_folder, "data");

    private string Settings =>
        string.Create(CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=400 {_settings}");

    /// <summary>Options with a schema that nobody has used.</summary>
    public PostgresStoreOptions NewOptions() => new()
    {
        ConnectionString = ConnectionString,
        Schema = string.Create(CultureInfo.InvariantCulture, $"s{Interlocked.Increment(ref _lastSchema)}"),
    };

    /// <summary>A server that runs, in a folder of its own below another.</summary>
    /// <param name="parent">Where its folder is made; the user <c>postgres</c> must be able to enter it where the caller is root.</param>
    /// <param name="settings">More of the server's options, as <c>-c name=value</c>.</param>
    public static async Task<PostgresCluster> RunAsync(string parent, string settings)
    {
        var cluster = new PostgresCluster(parent, settings);
        await cluster.InitializeAsync();
        return cluster;
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            await RunAsync("chown", "postgres", _folder);
        await RunAsync(Program("initdb"), "-D", Data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync");
        await StartAsync();
    }

    public Task StartAsync() => RunAsync(Program("pg_ctl"), "-D", Data, "-o", Settings, "-l", LogFile, "-w", "-t", "60", "start");

    /// <summary>As if the power had failed.</summary>
    public Task StopAsync() => RunAsync(Program("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>It is there, and answers nothing until what is returned is disposed of.</summary>
    public async Task<IAsyncDisposable> PauseAsync()
    {
        var first = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await SignalAsync("STOP");
        return new Pause(() => SignalAsync("CONT"));

        Task SignalAsync(string signal) => RunAsync("sh", "-c", $"kill -{signal} {first} $(ps -o pid= --ppid {first})");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            await RunAsync("chown", "-R", "root", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Asks the database directly.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>All rows of all tables of a schema as text; bytes stand in it in hexadecimal.</summary>
    public async Task<string> DumpAsync(string schema)
    {
        var tables = await AskAsync<string[]>($"SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = '{schema}'");
        var rows = await Task.WhenAll(tables.Select(table => AskAsync<string>($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {schema}.{table} t")));
        return string.Join('\n', rows);
    }

    private static string FindPrograms()
    {
        var name = OperatingSystem.IsWindows() ? "pg_ctl.exe" : "pg_ctl";
        string[] roots = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt", @"C:\Program Files\PostgreSQL"];
        var installed = roots.Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root).Where(folder => root is not "/usr" || folder.Contains("pgsql", StringComparison.Ordinal)))
            .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder).Split('@')[^1], CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"));
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, name)) && File.Exists(Path.Combine(folder, name.Replace("pg_ctl", "initdb", StringComparison.Ordinal))))
            ?? throw new InvalidOperationException(Missing);
    }

    private string Program(string name) => Path.Combine(_programs, name);

    /// <summary>Runs a program to its end. PostgreSQL refuses root, so root becomes <c>postgres</c> for it.</summary>
    private async Task RunAsync(string program, params string[] arguments)
    {
        var changesUser = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() && Path.IsPathRooted(program);
        var start = new ProcessStartInfo(changesUser ? "runuser" : program) { UseShellExecute = false, WorkingDirectory = _folder };
        string[] all = changesUser ? ["-u", "postgres", "--", program, .. arguments] : arguments;
        foreach (var argument in all)
            start.ArgumentList.Add(argument);

        // The server inherits what pg_ctl has: a pipe would stay open as long as it runs.
        var quiet = Path.Combine(_folder, "programs.log");
        start.FileName = OperatingSystem.IsWindows() ? start.FileName : "sh";
        if (!OperatingSystem.IsWindows())
        {
            start.ArgumentList.Clear();
            foreach (var argument in (string[])["-c", "out=$1; shift; exec \"$@\" >>\"$out\" 2>&1 </dev/null", "sh", quiet, changesUser ? "runuser" : program, .. all])
                start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {(File.Exists(quiet) ? await File.ReadAllTextAsync(quiet) : "")}");
    }

    private sealed class Pause(Func<Task> goOn) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await goOn();
    }
}
