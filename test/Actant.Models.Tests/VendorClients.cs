using System.ComponentModel;
using System.Diagnostics;

namespace Actant.Models.Tests;

/// <summary>The vendors' own clients for JavaScript, installed once beside the tests.</summary>
public sealed class VendorClients : IAsyncLifetime
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Clients");

    /// <summary>Why they cannot be had; <c>null</c> when they are there.</summary>
    public string? WhyNot { get; private set; }

    public async ValueTask InitializeAsync() => WhyNot = await InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string?> InstallAsync()
    {
        try
        {
            var (node, version) = await RunAsync("node", ["--version"]);
            if (node != 0)
            {
                return $"Node does not run: {version}";
            }

            if (Directory.Exists(Path.Combine(s_folder, "node_modules", "openai")))
            {
                return null;
            }

            var (code, output) = await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]);
            return code == 0 ? null : $"The vendors' clients could not be installed: {output}";
        }
        catch (Win32Exception exception)
        {
            return $"Node and npm are needed for the vendors' clients: {exception.Message}";
        }
    }

    internal static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = s_folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await error);
    }
}
