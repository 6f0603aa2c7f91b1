using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Actant.Acceptance.Pages;

/// <summary>Excerpts of C# from pages, each as a file that stands by itself, compiled together against what was built.</summary>
internal static partial class PageCode
{
    private const string Usings = """
        #pragma warning disable
        using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net.Http; using System.Text; using System.Text.Json;
        using System.Threading; using System.Threading.Channels; using System.Threading.Tasks;
        using Actant; using Actant.Agents; using Actant.Definitions; using Actant.Egress; using Actant.Executions; using Actant.Filters; using Actant.Hosting;
        using Actant.LanguageModels; using Actant.OpenAI; using Actant.Outbox; using Actant.Storage; using Actant.Tools;
        using Microsoft.AspNetCore.Builder; using Microsoft.Extensions.AI; using Microsoft.Extensions.DependencyInjection;
        """;

    /// <summary>The errors of the compiler, with the place in the page.</summary>
    public static async Task<IReadOnlyList<string>> ErrorsAsync(IReadOnlyList<Fence> blocks, string folder)
    {
        var options = new StringBuilder("-nologo\n-target:library\n-langversion:latest\n-nullable:enable\n-nowarn:CS1701,CS1702,CS8019,CS1998,CS8321,CS0168,CS0219,CS8600,CS8602,CS8604\n-out:pages.dll\n");
        foreach (var library in Libraries())
        {
            options.Append("-reference:\"").Append(library).Append("\"\n");
        }

        for (var i = 0; i < blocks.Count; i++)
        {
            var file = Path.Combine(folder, $"Block{i}.cs");
            await File.WriteAllTextAsync(file, Whole(blocks[i], i));
            options.Append('"').Append(file).Append("\"\n");
        }

        var response = Path.Combine(folder, "pages.rsp");
        await File.WriteAllTextAsync(response, options.ToString());
        var start = new ProcessStartInfo("dotnet", ["exec", Compiler(), "-noconfig", $"@{response}"]) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false };
        using var compiler = Process.Start(start)!;
        var output = await compiler.StandardOutput.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        return [.. output.Split('\n').Where(static line => line.Contains("error", StringComparison.Ordinal)).Select(line => $"{blocks[int.Parse(Number().Match(line).Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]} {line}")];
    }

    /// <summary>Usings first, statements in a method, types behind it; what the page leaves out comes from the comment before the block.</summary>
    private static string Whole(Fence block, int number)
    {
        var lines = block.Text.Split('\n');
        var usings = lines.TakeWhile(static line => UsingDirective().IsMatch(line) || line.Length == 0).ToList();
        var rest = lines.Skip(usings.Count).ToList();
        var types = rest.FindIndex(static line => TypeBegins().IsMatch(line));
        var statements = types < 0 ? rest : rest[..types];
        var declared = types < 0 ? [] : rest[types..];
        var isMember = statements.Count > 0 && MemberBegins().IsMatch(statements[0]);

        // A type may be followed by statements again.
        var after = declared.FindLastIndex(static line => line == "}");
        var trailing = after >= 0 ? declared[(after + 1)..] : [];
        declared = after >= 0 ? declared[..(after + 1)] : declared;
        var (members, context) = (block.Context ?? "").Split("---", 2) is [var above, var inside] ? (above, inside) : ("", block.Context ?? "");
        return $$"""
            {{Usings}}
            {{string.Join('\n', usings)}}
            namespace Block{{number}}
            {
                {{members}}
                static class Page
                {
            {{(isMember ? "" : "static async Task RunAsync() {")}}
                    {{context}}
            {{string.Join('\n', statements.Select(line => isMember ? line.Replace("public async", "public static async", StringComparison.Ordinal) : line))}}
            {{string.Join('\n', trailing)}}
            {{(isMember ? "" : "}")}}
                }
            {{string.Join('\n', declared)}}
            }
            """;
    }

    private static IEnumerable<string> Libraries()
    {
        var runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/', '\\');
        var web = Directory.GetDirectories(Path.Combine(runtime, "../../Microsoft.AspNetCore.App"), "10.*").Order(StringComparer.Ordinal).Last();
        return Directory.GetFiles(Path.GetDirectoryName(ActantProcess.Dll)!, "*.dll")
            .Concat(Directory.GetFiles(web, "*.dll"))
            .Concat(Directory.GetFiles(runtime, "System*.dll"))
            .Append(Path.Combine(runtime, "netstandard.dll"))
            .Where(static file => !file.EndsWith(".Native.dll", StringComparison.Ordinal) && !file.EndsWith("Actant.Server.dll", StringComparison.Ordinal))
            .DistinctBy(Path.GetFileName);
    }

    private static string Compiler()
    {
        var root = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return Path.Combine(Directory.GetDirectories(Path.Combine(root, "sdk"), "10.*").Order(StringComparer.Ordinal).Last(), "Roslyn", "bincore", "csc.dll");
    }

    [GeneratedRegex(@"^using [A-Za-z.]+;$")]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"^(public |internal )?(sealed |static |abstract )*(class|record|interface) ")]
    private static partial Regex TypeBegins();

    [GeneratedRegex(@"^public (async |static |override )*[A-Z]")]
    private static partial Regex MemberBegins();

    [GeneratedRegex(@"Block(?<number>[0-9]+)\.cs")]
    private static partial Regex Number();
}
