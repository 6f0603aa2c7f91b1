using System.ComponentModel;
using System.Diagnostics;

namespace Actant.Testing;

/// <summary>Programs for Node beside the tests, with the packages that their <c>package.json</c> names: installed once.</summary>
/// <param name="folder">The folder, below that of the tests.</param>
/// <param name="package">One of the packages.</param>
public sealed class NodePackages(string folder, string package)
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, folder);

    /// <summary>Installs them; answers with why they cannot be had, or <c>null</c>.</summary>
    public async Task<string?> InstallAsync()
    {
        try
        {
            var (node, version) = await RunAsync("node", ["--version"]);
            if (node != 0)
            {
                return $"Node does not run: {version}";
            }

            if (Directory.Exists(Path.Combine(_folder, "node_modules", package)))
            {
                return null;
            }

            var (code, output) = await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]);
            return code == 0 ? null : $"The packages for Node could not be installed: {output}";
        }
        catch (Win32Exception exception)
        {
            return $"Node and npm are needed: {exception.Message}";
        }
    }

    /// <summary>Runs a program in the folder to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
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
