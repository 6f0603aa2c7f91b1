using System.Diagnostics;

namespace Actant.Sqlite.Tests;

/// <summary>The example whose script kills its own program at random moments; twenty rounds take minutes, three are run here.</summary>
[Trait("Row", "X1")]
[Trait("Row", "X11")]
public sealed class SurviveACrashTests
{
    private const string Script = "examples/05-survive-a-crash/run.sh";

    [Fact]
    public async Task Script_ThreeRounds_FindsNothingWrong()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script needs a POSIX shell.");
        var start = new ProcessStartInfo("bash", [Path.Combine(Root(), Script), "3"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PROGRAM"] = Path.Combine(AppContext.BaseDirectory, "SurviveACrash.dll");

        using var script = Process.Start(start)!;
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(script.ExitCode == 0, $"{output}\n{await errors}");
        Assert.Contains("round 3/3", output, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actant.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
