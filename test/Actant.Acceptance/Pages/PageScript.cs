using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Actant.Acceptance.Pages;

/// <summary>
/// The commands of one page as one script of bash, in a folder of its own beside the examples. What a reader knows without being told is
/// done for them: the port is the server's, <c>./dev actant</c> is what was built, <c>$ID</c> is the id that the last command answered, and
/// whoever asks has waited until what was submitted stands still.
/// </summary>
internal static partial class PageScript
{
    private const string Prelude = """
        set -euo pipefail
        trap 'echo "FAILED: $BASH_COMMAND" >&2' ERR
        remember() {
          if [[ "$1" =~ \"?(execution_id|id)\"?:?\ *\"?([0-9A-Za-z_-]{12,}) ]]; then ID="${BASH_REMATCH[2]}"; fi
        }
        actant() {
          local answer code=0
          answer="$(dotnet "$ACTANT_DLL" "$@")" || code=$?
          printf '%s\n' "$answer"
          if [ $code -eq 0 ]; then remember "$answer"; fi
          return $code
        }
        settle() {
          local i status
          for i in $(seq 200); do
            status="$(command curl -s "$BASE/api/v1/executions/$ID")"
            if [[ ! "$status" =~ \"status\":\"(pending|running)\" ]] || [[ "$status" =~ \"for\":\"(start|thread)\" ]]; then return 0; fi
            sleep 0.05
          done
        }
        curl() {
          local answer
          answer="$(command curl --fail-with-body --max-time 20 "$@")" || { printf '%s\n' "$answer"; return 1; }
          printf '%s\n' "$answer"
          if [[ "$answer" == '{"execution_id"'* && " $* " == *' -d '* ]]; then remember "$answer"; settle; fi
        }

        """;

    /// <summary>Runs the blocks that can run; gives what each printed.</summary>
    public static async Task<IReadOnlyList<(Fence Block, string Printed)>> RunAsync(IEnumerable<Fence> blocks, string folder, string data, Uri server)
    {
        var run = blocks.Where(static block => block is { Language: "sh", IsNotRun: false }).ToList();
        var script = new StringBuilder(Prelude);
        foreach (var block in run)
        {
            script.Append("echo '").Append(Separator(block)).Append("'\n").Append(Resolve(block.Text, server)).Append('\n');
        }

        var (code, output, error) = await BashAsync(script.ToString(), folder, data, server);
        var printed = run.Select(block => (block, output.Split(Separator(block) + "\n") is [_, var own] ? own.Split("=== ")[0] : "")).ToList();
        Assert.True(code == 0, $"{run.LastOrDefault(block => output.Contains(Separator(block), StringComparison.Ordinal))} ends with {code}:\n{error}\n{printed.LastOrDefault(static block => block.Item2.Length > 0).Item2}");
        return printed;
    }

    private static string Separator(Fence block) => $"=== {block}";

    private static string Resolve(string text, Uri server) => QuotedId().Replace(
        DevActant().Replace(DotnetRun().Replace(text, "dotnet $EXAMPLES/${folder}/bin/Release/net10.0/Actant.Examples.*.dll"), "${before}actant "), "'\"$ID\"'")
        .Replace("localhost:8080", server.Authority, StringComparison.Ordinal);

    private static async Task<(int Code, string Output, string Error)> BashAsync(string script, string folder, string data, Uri server)
    {
        var start = new ProcessStartInfo("bash", ["-s"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var key in start.Environment.Keys.Where(static key => Foreign().IsMatch(key)).ToList())
        {
            start.Environment.Remove(key);
        }

        start.Environment["ACTANT_DLL"] = ActantProcess.Dll;
        start.Environment["ACTANT__DATA"] = data;
        start.Environment["EXAMPLES"] = Path.Combine(Fence.Root, "examples");
        start.Environment["BASE"] = server.GetLeftPart(UriPartial.Authority);
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var error = bash.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            await bash.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
            Assert.Fail($"The commands did not end in time:\n{await output}\n{await error}");
        }

        return (bash.ExitCode, await output, await error);
    }

    [GeneratedRegex(@"(?<before>^|[\s|])\./dev actant ", RegexOptions.Multiline)]
    private static partial Regex DevActant();

    [GeneratedRegex(@"dotnet run --project examples/(?<folder>\S+)(?: --)?")]
    private static partial Regex DotnetRun();

    /// <summary>Pages write <c>'…/$ID/…'</c> too, where a reader puts the id in place.</summary>
    [GeneratedRegex(@"(?<=^[^'\n]*'[^'\n]*)\$ID", RegexOptions.Multiline)]
    private static partial Regex QuotedId();

    [GeneratedRegex("^(ACTANT|OPENAI|ANTHROPIC|GROQ|PG_|DB_|LOG_LEVEL|DEBUG|MAX_CONCURRENT)")]
    private static partial Regex Foreign();
}
