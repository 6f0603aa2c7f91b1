using System.Diagnostics;

namespace Actant.Acceptance;

/// <summary>The SDK, and programs that it built, as processes of their own.</summary>
internal static class DotnetTool
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(5);

    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>Runs a command of the SDK to its end; fails with what it said.</summary>
    public static Task RunAsync(string folder, params string[] arguments) =>
        RunProgramAsync(folder, [.. arguments, "--nologo", "-v", "quiet", "-nodeReuse:false"]);

    /// <summary>Runs a program to its end, and gives what it said; fails with it.</summary>
    public static async Task<string> RunProgramAsync(string folder, params string[] arguments)
    {
        using var process = Launch(folder, arguments);
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(s_deadline);
        var output = process.StandardOutput.ReadToEndAsync(late.Token);
        var error = process.StandardError.ReadToEndAsync(late.Token);
        await process.WaitForExitAsync(late.Token);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await error}");
        return await output;
    }

    /// <summary>Starts a web application and waits until it says where it listens.</summary>
    public static async Task<WebProcess> StartAsync(string folder, params string[] arguments)
    {
        var process = Launch(folder, arguments);
        using var late = new CancellationTokenSource(s_deadline);
        return await WebProcess.ListenAsync(process, late.Token);
    }

    private static Process Launch(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // What the SDK that runs these tests told its children is not for another one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }
}
