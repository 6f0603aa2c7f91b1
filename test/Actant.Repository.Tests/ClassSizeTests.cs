using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>A class of the library fits into a head: all its partial files together.</summary>
public sealed partial class ClassSizeTests
{
    private const int MostLines = 500;

    /// <summary>Classes that are still to be taken to pieces. This list only becomes shorter.</summary>
    private static readonly string[] s_uncut = ["Actant.Scheduling.Scheduler"];

    private static readonly Dictionary<string, int> s_lines = ReadLines();

    [Fact]
    public void Library_BesideWhatIsUncut_HasNoClassOfMoreThan500Lines() =>
        Offenders.AreNone(TooLarge.Where(type => !s_uncut.Contains(type)).Select(type => $"{type}: {s_lines[type]} lines"));

    [Fact]
    public void Uncut_Classes_AreStillTooLarge() =>
        Offenders.AreNone(s_uncut.Except(TooLarge).Select(type => $"{type} is cut: strike it off the list"));

    private static IEnumerable<string> TooLarge => s_lines.Where(type => type.Value > MostLines).Select(type => type.Key);

    /// <summary>The lines of the files of each type. A file has one type; what is declared inside it counts with it.</summary>
    private static Dictionary<string, int> ReadLines() => Repository.FilesUnder("src/Actant", ".cs")
        .Select(Repository.Read)
        .Select(text => (Type: NameIn(text), Lines: text.AsSpan().Count('\n')))
        .Where(file => file.Type is not null)
        .GroupBy(file => file.Type!, file => file.Lines)
        .ToDictionary(type => type.Key, type => type.Sum());

    private static string? NameIn(string text) => Declaration().Match(text) is { Success: true } declared
        ? $"{Namespace().Match(text).Groups["name"].Value}.{declared.Groups["name"].Value}"
        : null;

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Without indentation: the type of the file, not one inside it.
    [GeneratedRegex(@"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref) )+(?:class|record struct|record|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
