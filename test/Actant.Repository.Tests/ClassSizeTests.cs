using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>A class of the library fits into a head: all its partial files together.</summary>
public sealed partial class ClassSizeTests
{
    private const int MostLines = 500;

    private static readonly string[] s_files = [.. Repository.FilesUnder("src/Actant", ".cs")];

    private static readonly Dictionary<string, int> s_lines = ReadLines();

    [Fact]
    public void Library_EveryClass_HasAtMost500Lines() =>
        Offenders.AreNone(s_lines.Where(type => type.Value > MostLines).Select(type => $"{type.Key}: {type.Value} lines"));

    [Fact]
    public void Library_PartialFiles_CountWithTheirClass() =>
        Offenders.AreNone(
            from file in s_files
            where Path.GetFileName(file).Split('.') is [_, _, "cs"]
            let first = file[..file.IndexOf('.', file.LastIndexOf('/'))]
            let lines = s_files.Where(other => other.StartsWith(first + ".", StringComparison.Ordinal)).Sum(other => Lines(Repository.Read(other)))
            where s_lines.GetValueOrDefault(first["src/".Length..].Replace('/', '.')) != lines
            select $"{file}: not all {lines} lines of its class are counted");

    /// <summary>The lines of the files of each type. A file has one type; what is declared inside it counts with it.</summary>
    private static Dictionary<string, int> ReadLines() => s_files
        .Select(Repository.Read)
        .Select(text => (Type: NameIn(text), Lines: Lines(text)))
        .Where(file => file.Type is not null)
        .GroupBy(file => file.Type!, file => file.Lines)
        .ToDictionary(type => type.Key, type => type.Sum());

    private static int Lines(string text) => text.AsSpan().Count('\n');

    private static string? NameIn(string text) => Declaration().Match(text) is { Success: true } declared
        ? $"{Namespace().Match(text).Groups["name"].Value}.{declared.Groups["name"].Value}"
        : null;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Without indentation: the type of the file, not one inside it.
    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref) )+(?:class|record struct|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
