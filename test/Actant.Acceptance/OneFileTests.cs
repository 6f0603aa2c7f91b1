using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>The program as one file where there is nothing else: no .NET, no shell, no folder that can be written but its data, and not as root.</summary>
[Trait("Row", "O12")]
[Trait("Row", "O5")]
public sealed class OneFileTests
{
    private const string User = "10001";

    // The root that an image without a shell has: the system's libraries, the file, and a folder for its data.
    private const string Chroot = $$"""
        set -e
        root="$1" file="$2" data="$3"
        shift 3
        mount --make-rprivate /
        mount -t tmpfs none "$root"
        mkdir "$root/proc" "$root/dev" "$root/data"
        for folder in lib lib64 usr/lib usr/lib64; do
          if [ -L "/$folder" ]; then
            mkdir -p "$(dirname "$root/$folder")"
            cp -P "/$folder" "$root/$folder"
          elif [ -d "/$folder" ]; then
            mkdir -p "$root/$folder"
            mount --bind "/$folder" "$root/$folder"
            mount -o remount,bind,ro "$root/$folder"
          fi
        done
        : >"$root/actant"
        mount --bind "$file" "$root/actant"
        mount -o remount,bind,ro "$root/actant"
        chown {{User}}:{{User}} "$data"
        mount --bind "$data" "$root/data"
        mount -o remount,bind,noexec "$root/data"
        mount --rbind /dev "$root/dev"
        mount --rbind /proc "$root/proc"
        mount -o remount,ro "$root"
        exec chroot --userspec={{User}}:{{User}} "$root" /actant "$@"
        """;

    private static readonly object s_submission = new
    {
        definition = new { name = "edge", tools = new { calculator = true }, model = new { provider = "scripted", model_name = "calc" } },
        input = "What is 19 plus 23?",
        thread_id = "edge",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneFile_NothingElseAndNothingToWriteBesideItsData_ExecutesAndKeepsIt()
    {
        var system = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        using var folder = new TemporaryFolder();
        var (published, data, root) = (Path.Combine(folder.Path, "published"), Path.Combine(folder.Path, "data"), Path.Combine(folder.Path, "root"));
        await DotnetTool.RunAsync(
            DotnetTool.Root, "publish", "src/Actant.Server", "-c", DotnetTool.Configuration, $"-p:OneFileFor={system}", "-p:BuildProjectReferences=false", "-o", published);

        Assert.Equal(["actant"], Directory.GetFiles(published, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(static name => !name!.EndsWith(".pdb", StringComparison.Ordinal)));
        Assert.SkipUnless(await MayMakeRootsAsync(), "Whoever runs the tests may not mount anything.");
        Directory.CreateDirectory(data);
        Directory.CreateDirectory(root);
        string[] command = ["--mount", "sh", folder.Write("run.sh", Chroot), root, Path.Combine(published, "actant"), data, "serve", "--urls", "http://127.0.0.1:0", "--data", "/data"];

        await using (var server = await ServeAsync(command))
        {
            Assert.Matches($@"Uid:\s+{User}\s+{User}\s+{User}", await File.ReadAllTextAsync($"/proc/{server.Id}/status", Token));
            using var submitted = await server.Client.PostAsJsonAsync("/api/v1/executions", s_submission, Token);
            var id = JsonElement.Parse(await submitted.Content.ReadAsStringAsync(Token)).GetProperty("execution_id").GetString();
            Assert.Contains("execution_completed", await server.Client.GetStringAsync($"/api/v1/executions/{id}/events", Token), StringComparison.Ordinal);
            Assert.Equal(0, await server.StopAsync());
        }

        await using var again = await ServeAsync(command);
        Assert.Contains("42", await again.Client.GetStringAsync("/api/v1/threads/edge/state", Token), StringComparison.Ordinal);
    }

    private static Task<ActantProcess> ServeAsync(string[] command) => ActantProcess.ServeByAsync("unshare", command, ("HOME", "/nowhere"), ("TMPDIR", "/nowhere"));

    private static async Task<bool> MayMakeRootsAsync()
    {
        using var process = Process.Start("unshare", ["--mount", "true"]);
        await process.WaitForExitAsync(Token);
        return process.ExitCode == 0;
    }
}
