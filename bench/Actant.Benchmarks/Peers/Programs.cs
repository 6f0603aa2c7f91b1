using System.Diagnostics;
using System.Text.Json;

namespace Actant.Benchmarks.Peers;

/// <summary>Programs of others: Node and what npm brings.</summary>
internal static class Programs
{
    private static readonly TimeSpan s_longestInstall = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestRun = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(60);

    /// <summary>The folder of our clients of the peers.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../peers"));

    /// <summary>Brings what a folder's <c>package.json</c> names, unless it is there.</summary>
    /// <exception cref="PeerMissingException">It cannot be had.</exception>
    public static async Task InstallAsync(string peer)
    {
        var folder = Path.Combine(Folder, peer);
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
        {
            return;
        }

        await Console.Error.WriteLineAsync($"peers: installing the packages of {peer}");

        // Its resolver does not end on LangGraph's peer ranges where a registry lacks some of the versions.
        using var process = Start(peer, "npm", ["install", "--legacy-peer-deps", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error"], []);
        var output = await EndAsync(process, s_longestInstall);
        if (process.ExitCode != 0)
        {
            throw new PeerMissingException($"npm could not install it: {output.Split('\n').LastOrDefault(line => line.Contains("npm error", StringComparison.Ordinal)) ?? "it did not end"}");
        }
    }

    /// <summary>Runs a script to its end; its rows.</summary>
    public static async Task<List<PeerRow>> RunAsync(string peer, string script, bool quick, string postgres)
    {
        using var process = Start(peer, "node", ["--no-deprecation", script], Environment(quick, ("PEER_POSTGRES", postgres)));
        var output = await EndAsync(process, s_longestRun);
        return process.ExitCode == 0
            ? [.. output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<PeerRow>(line, JsonSerializerOptions.Web)!)]
            : throw new PeerMissingException($"{script} ended with {process.ExitCode}");
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<Server> ServeAsync(string peer, string program, string[] arguments, (string Name, string Value)[] environment, Uri answers)
    {
        var server = new Server(Start(peer, program, arguments, environment));
        try
        {
            using var client = new HttpClient();
            var started = Stopwatch.GetTimestamp();
            while (!await AnswersAsync(client, answers))
            {
                if (server.HasEnded || Stopwatch.GetElapsedTime(started) > s_longestStart)
                {
                    throw new PeerMissingException($"{Path.GetFileName(program)} does not start");
                }

                await Task.Delay(100);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static (string Name, string Value)[] Environment(bool quick, params (string Name, string Value)[] more) => [("PEER_QUICK", quick ? "1" : "0"), .. more];

    /// <summary>Starts a program in a peer's folder; one with a path is of that folder.</summary>
    /// <exception cref="PeerMissingException">It is not there.</exception>
    public static Process Start(string peer, string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var folder = Path.Combine(Folder, peer);
        var start = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? Path.Combine(folder, program) : program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new PeerMissingException($"{Path.GetFileName(program)} is missing; Node.js 20 or later has node and npm");
        }
    }

    /// <summary>Waits for the end; what the program said, errors included. One that takes too long is ended.</summary>
    private static async Task<string> EndAsync(Process process, TimeSpan longest)
    {
        using var late = new CancellationTokenSource(longest);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return await output + '\n' + await errors;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, Uri address)
    {
        try
        {
            using var response = await client.GetAsync(address);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A server that ends with its owner, and its children with it.</summary>
    internal sealed class Server : IAsyncDisposable
    {
        private readonly Process _process;

        public Server(Process process)
        {
            _process = process;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public bool HasEnded => _process.HasExited;

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }

            _process.Dispose();
        }
    }
}
