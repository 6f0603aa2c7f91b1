using System.Diagnostics;

namespace Actant.Benchmarks.Http;

/// <summary>A .NET program of our own that says in a line of its output where it listens. Ends with its owner.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private Task _drained = Task.CompletedTask;

    private ChildProcess(Process process)
    {
        _process = process;
    }

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    /// <param name="program">The program's assembly.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="environment">What its environment has besides ours.</param>
    /// <param name="addressOf">The address that a line of its output tells, if any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public static async Task<ChildProcess> StartAsync(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        Func<string, Uri?> addressOf,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!);
        try
        {
            await child.ListenAsync(addressOf, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary><c>kill -9</c>, unless it has ended.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _drained;
        _process.Dispose();
    }

    private async Task ListenAsync(Func<string, Uri?> addressOf, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_longestStart);
        while (Address is null)
        {
            var line = await _process.StandardOutput.ReadLineAsync(late.Token)
                ?? throw new InvalidOperationException($"{Path.GetFileName(_process.StartInfo.ArgumentList[0])} ended before it listened.");
            Address = addressOf(line)!;
        }

        // A process whose output nobody reads stops when the pipe is full.
        _drained = DrainAsync(_process.StandardOutput);
    }

    private static async Task DrainAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is not null)
        {
        }
    }
}
