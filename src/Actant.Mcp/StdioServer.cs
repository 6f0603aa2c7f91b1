using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Actant.Mcp;

/// <summary>
/// A program that an operator named, in a session and process group of its own: what it starts ends with it. Its environment is what was
/// named, its limits are the kernel's, and what it says beside the protocol is kept in the log, up to a bound.
/// </summary>
internal sealed partial class StdioServer : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int LongestLine = 500;
    private const int MostLines = 200;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Task _errors;
    private int _isKilled;

    private StdioServer(Process process, McpServerOptions options, int maxMessage, Func<string, string> scrub, TimeProvider time, ILogger logger)
    {
        (_process, _time) = (process, time);
        Output = new ServerOutput(process.StandardOutput.BaseStream, maxMessage);
        _errors = KeepErrorsAsync(options.Name, scrub, logger);
    }

    /// <summary>What the program reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it says.</summary>
    public ServerOutput Output { get; }

    /// <summary>The process, which is also its group.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="options">The program.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="maxMessage">The most bytes of what it says at once.</param>
    /// <param name="scrub">Takes secrets out of what goes into the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="McpUnavailableException">It cannot be started.</exception>
    public static StdioServer Start(
        McpServerOptions options, IEnumerable<KeyValuePair<string, string>> environment, int maxMessage, Func<string, string> scrub, TimeProvider time, ILogger logger)
    {
        var command = CommandOf(options);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.Folder ?? Path.GetTempPath(),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new StdioServer(Process.Start(start)!, options, maxMessage, scrub, time, logger);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or IOException)
        {
            LogNotStarted(logger, exception, options.Name);
            throw new McpUnavailableException($"The MCP server '{options.Name}' cannot be started; the log of the server says why.");
        }
    }

    /// <summary>On Linux by way of util-linux, whose programs become the one that is meant: a session of its own, then the limits, then the command.</summary>
    private static List<string> CommandOf(McpServerOptions options)
    {
        List<string> limits = ["setsid", "prlimit", "--core=0"];
        if (options.MemoryBytes > 0)
        {
            limits.Add($"--data={options.MemoryBytes.ToString(CultureInfo.InvariantCulture)}");
        }

        if (options.CpuSeconds > 0)
        {
            limits.Add($"--cpu={options.CpuSeconds.ToString(CultureInfo.InvariantCulture)}");
        }

        return [.. OperatingSystem.IsLinux() ? [.. limits, "--"] : Array.Empty<string>(), options.Command!, .. options.Arguments];
    }

    /// <summary>Ends it, and all that it started and that did not leave its group. Idempotent.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _isKilled, 1) != 0)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            // Also where the program itself has ended: its children may not have.
            _ = SendSignal(-_process.Id, SigKill);
        }

        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It has ended.
        }
    }

    /// <summary>Tells it to end by closing its input, and kills it where it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It reads no more.
        }

        using var patience = new CancellationTokenSource(s_patience, _time);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Kill();

        // What left the group may hold the pipe open.
        await _errors.WaitAsync(s_patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Output.DisposeAsync();
        _process.Dispose();
    }

    /// <summary>Reads the standard error to its end, so that the program never waits for it, and keeps little of it.</summary>
    private async Task KeepErrorsAsync(string name, Func<string, string> scrub, ILogger logger)
    {
        await Task.Yield();
        var reader = new StreamReader(_process.StandardError.BaseStream, Encoding.UTF8);
        var (buffer, line, lines) = (new char[2048], new StringBuilder(), 0);
        try
        {
            for (var read = await reader.ReadAsync(buffer); read > 0; read = await reader.ReadAsync(buffer))
            {
                var text = new string(buffer, 0, read);
                foreach (var c in text)
                {
                    if (c != '\n')
                    {
                        _ = line.Length < LongestLine && c != '\r' ? line.Append(char.IsControl(c) ? ' ' : c) : line;
                    }
                    else if (line.Length > 0 && lines++ < MostLines)
                    {
                        var said = scrub(line.ToString());
                        LogSaid(logger, name, said);
                        line.Clear();
                    }
                    else
                    {
                        line.Clear();
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was closed here.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LoggerMessage(EventId = 6401, Level = LogLevel.Error, Message = "The MCP server {Name} cannot be started. Its command, and on Linux setsid and prlimit of util-linux, must be there")]
    private static partial void LogNotStarted(ILogger logger, Exception exception, string name);

    [LoggerMessage(EventId = 6402, Level = LogLevel.Information, Message = "The MCP server {Name} says: {Line}")]
    private static partial void LogSaid(ILogger logger, string name, string line);
}
