using System.Diagnostics;

namespace Actant.Acceptance;

/// <summary>A web application in a process of its own.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private readonly Process _process;
    private readonly Task _drained;

    private WebProcess(Process process, string url)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(url) };

        // A process whose output nobody reads stops when the pipe is full.
        _drained = process.StandardOutput.ReadToEndAsync();
    }

    public HttpClient Client { get; }

    public static async Task<WebProcess> ListenAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var found)
            {
                return new WebProcess(process, line[(found + Listening.Length)..]);
            }
        }

        throw new InvalidOperationException($"The application ended: {await process.StandardError.ReadToEndAsync(cancellationToken)}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _drained;
        _process.Dispose();
    }
}
