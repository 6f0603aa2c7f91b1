using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The built program as a process.</summary>
internal sealed partial class ActantProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ActantProcess(Process process) => _process = process;

    public static string Dll { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../src/Actant.Server/bin", Configuration, "net10.0/Actant.Server.dll"));

    /// <summary>Lines of the log so far.</summary>
    public List<string> Log { get; } = [];

    public HttpClient Client { get; } = new();

    public int Id => _process.Id;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int Code, string Output, string Error)> RunAsync(IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        RunAsync(arguments, "", environment);

    /// <summary>Runs a command that reads from stdin to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(IEnumerable<string> arguments, string input, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command in a folder to its end.</summary>
    public static async Task<(int Code, string Output, string Error)> RunInAsync(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start("sh", ["-c", "cd \"$1\" && shift && exec dotnet \"$0\" \"$@\"", Dll, folder, .. arguments], environment);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command with its streams as a shell redirects them, such as <c>&lt;&amp;-</c>.</summary>
    public static async Task<(int Code, string Output, string Error)> RunRedirectedAsync(string redirection, IEnumerable<string> arguments)
    {
        using var process = Start("sh", ["-c", $"exec dotnet \"$0\" \"$@\" {redirection}", Dll, .. arguments], []);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command at a terminal on which something was typed already, and then goes on typing when it has asked.</summary>
    /// <param name="arguments">The command.</param>
    /// <param name="environment">Its variables.</param>
    /// <param name="typedAhead">What is typed before it has begun.</param>
    /// <param name="steps">What is typed when something has been shown.</param>
    public static async Task<(int Code, string Output)> RunAtTerminalAsync(
        IEnumerable<string> arguments, (string Name, string Value)[] environment, string typedAhead, params (string Shown, string Typed)[] steps)
    {
        var command = string.Join(' ', arguments.Prepend(Dll).Prepend("dotnet").Select(static word => $"'{word}'"));
        using var process = Start("script", ["-qec", command, "/dev/null"], [("TERM", "xterm"), .. environment]);
        using var late = new CancellationTokenSource(Deadline);
        await process.StandardInput.WriteAsync(typedAhead);
        await process.StandardInput.FlushAsync(late.Token);
        var shown = new System.Text.StringBuilder();
        var buffer = new char[4096];
        foreach (var (text, key) in steps)
        {
            var from = shown.Length;
            while (!shown.ToString(from, shown.Length - from).Contains(text, StringComparison.Ordinal)
                && await process.StandardOutput.ReadAsync(buffer, late.Token) is > 0 and var count)
            {
                shown.Append(buffer, 0, count);
            }

            await process.StandardInput.WriteAsync(key);
            await process.StandardInput.FlushAsync(late.Token);
        }

        shown.Append(await process.StandardOutput.ReadToEndAsync(late.Token));
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, shown.ToString());
    }

    /// <summary>Starts the server on a free port and waits until it is ready.</summary>
    public static Task<ActantProcess> ServeAsync(string data, params (string Name, string Value)[] environment) =>
        ServeByAsync("dotnet", [Dll, "serve", "--urls", "http://127.0.0.1:0", "--data", data], environment);

    /// <summary>Starts the server by another command and waits until it is ready.</summary>
    public static async Task<ActantProcess> ServeByAsync(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var server = new ActantProcess(Start(program, arguments, environment));
        try
        {
            await server.BeReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server on a port and does not wait for it.</summary>
    public static ActantProcess Begin(int port, string data, params (string Name, string Value)[] environment)
    {
        var address = new Uri($"http://127.0.0.1:{port}");
        return new ActantProcess(Start(["serve", "--urls", address.AbsoluteUri, "--data", data], environment)) { Client = { BaseAddress = address } };
    }

    /// <summary>Asks again until an address answers with a status.</summary>
    public async Task<string> AnswersAsync(string path, HttpStatusCode status)
    {
        using var late = new CancellationTokenSource(Deadline);
        while (true)
        {
            try
            {
                using var response = await Client.GetAsync(path, late.Token);
                if (response.StatusCode == status)
                {
                    return await response.Content.ReadAsStringAsync(late.Token);
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50, late.Token);
        }
    }

    private async Task BeReadyAsync()
    {
        using var late = new CancellationTokenSource(Deadline);
        while (Client.BaseAddress is null)
        {
            var line = await _process.StandardOutput.ReadLineAsync(late.Token)
                ?? throw new InvalidOperationException($"The server ended: {await _process.StandardError.ReadToEndAsync(late.Token)}");
            Log.Add(line);
            var entry = JsonElement.Parse(line);

            // Others say where they connect to.
            if (entry.GetProperty("message").GetString()!.StartsWith("Listening on", StringComparison.Ordinal) && entry.GetProperty("metadata").TryGetProperty("url", out var url))
            {
                Client.BaseAddress = new Uri(url.GetString()!);
            }
        }

        // It listens before it is ready: on a busy machine its database may answer late.
        HttpResponseMessage response;
        while ((response = await Client.GetAsync("/ready", late.Token)).StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            response.Dispose();
            await Task.Delay(50, late.Token);
        }

        using (response)
        {
            response.EnsureSuccessStatusCode();
        }
    }

    public async Task<JsonElement> ExecuteAsync(string agent, string input)
    {
        var response = await Client.PostAsJsonAsync($"/api/v1/agents/{agent}/execute", new { input });
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends SIGTERM, reads the rest of the log and gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signal(15);
        using var late = new CancellationTokenSource(Deadline);
        while (await _process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            Log.Add(line);
        }

        await _process.WaitForExitAsync(late.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends any signal.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static Process Start(IEnumerable<string> arguments, (string Name, string Value)[] environment) => Start("dotnet", [Dll, .. arguments], environment);

    private static Process Start(string program, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Whoever runs the tests may have keys and databases; no test spends their money or writes there.
        foreach (var key in new[] { "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "GROQ_API_KEY", "GROQ_BASE_URL", "PG_HOST", "DB_HOST", "REDIS_HOST", "NATS_URL", "K_SINK", "VAULT_ADDR", "ORCHESTRATOR_WS_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "DEBUG" })
        {
            start.Environment.Remove(key);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
