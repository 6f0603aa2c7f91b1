using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>The map shows what is there: every project, folder, type and method that it names, and every folder that exists.</summary>
public sealed partial class ArchitectureTests
{
    private const string Map = "docs/architecture.md";

    private static readonly string s_page = Repository.Read(Map);
    private static readonly string[] s_sources = [.. Repository.FilesUnder("src", ".cs")];
    private static readonly ILookup<string, string> s_byType = s_sources.ToLookup(file => Path.GetFileName(file).Split('.')[0]);

    [Fact]
    public void Map_Paths_ExistUnlessPlanned() =>
        Offenders.AreNone(
            from line in s_page.Split('\n')
            from match in RepositoryPath().Matches(line)
            let path = match.Groups["path"].Value
            where Repository.Exists(path) == line.Contains("planned", StringComparison.Ordinal)
            select path);

    [Fact]
    public void Map_Types_Exist() =>
        Offenders.AreNone(Matches(TypeName(), "type").Where(type => !s_byType.Contains(type)));

    [Fact]
    public void Map_Methods_ExistInTheTypesTheyAreNamedWith() =>
        Offenders.AreNone(Method().Matches(s_page)
            .Where(match => !s_byType[match.Groups["type"].Value].Any(file =>
                Regex.IsMatch(Repository.Read(file), $@"\b{match.Groups["method"].Value}(<\w+>)?\s*[(\{{=;]")))
            .Select(match => match.Value));

    [Fact]
    public void Map_FoldersOfSource_AreAllOnIt() =>
        Offenders.AreNone(s_sources.Select(file => file[..(file.LastIndexOf('/') + 1)]).Distinct()
            .Where(folder => !folder.StartsWith("src/Actant.", StringComparison.Ordinal) && !s_page.Contains($"`{folder}`", StringComparison.Ordinal)));

    [Fact]
    public void Map_ProjectsOfSource_AreAllOnIt() =>
        Offenders.AreNone(Repository.FilesUnder("src", ".csproj").Select(file => file[..(file.LastIndexOf('/') + 1)])
            .Where(folder => !s_page.Contains($"`{folder}`", StringComparison.Ordinal)));

    private static IEnumerable<string> Matches(Regex regex, string group) => regex.Matches(s_page).Select(match => match.Groups[group].Value).Distinct();

    [GeneratedRegex(@"`(?<path>(src|test|docs|eng|examples|bench|\.ci)/[^`\s]*)`")]
    private static partial Regex RepositoryPath();

    // `ThreadFold` alone, or in front of a method: `ThreadFold.Apply`.
    [GeneratedRegex(@"`(?<type>[A-Z][a-z]\w+)(\.\w+)?`")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"`(?<type>[A-Z][a-z]\w+)\.(?<method>\w+)`")]
    private static partial Regex Method();
}
