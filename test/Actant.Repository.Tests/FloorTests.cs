using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Actant.Repository.Tests;

/// <summary>
/// Arrows between projects and between their folders point down. They are read from the compiled types, so that neither a forgotten
/// <c>using</c> nor a qualified name counts for what it is not. A constant leaves no trace there; it cannot pull anything along either.
/// </summary>
public sealed partial class FloorTests
{
    private static readonly string[] s_projects =
        [.. Repository.FilesUnder("src", ".csproj").Select(file => Path.GetFileNameWithoutExtension(file))];

    private static readonly Lazy<IReadOnlyList<Arrow>> s_arrows = new(ReadArrows);

    /// <summary>The root of a project holds what all may use, and its way in: neither makes a circle.</summary>
    private static List<Arrow> Folders => [.. s_arrows.Value.Where(arrow =>
        arrow.FromProject == arrow.ToProject && arrow.From != RootOf(arrow.FromProject) && arrow.To != RootOf(arrow.FromProject))];

    [Fact]
    public void Folders_FormNoCircle() => Offenders.AreNone(InCircles(Folders).Select(arrow => $"{arrow.Name}: {arrow.Example}"));

    [Fact]
    public void Folders_OfTheLibrary_UseOnlyWhatTheMapHasAboveThem()
    {
        var floors = FolderRow().Matches(Repository.Read("docs/architecture.md")).Select(match => $"Actant.{match.Groups["folder"].Value}").ToList();
        Offenders.AreNone(
            from arrow in Folders
            where arrow.FromProject == "Actant" && floors.IndexOf(arrow.To) > floors.IndexOf(arrow.From)
            select $"{arrow.Name}: {arrow.Example}");
    }

    [Fact]
    public void Projects_Arrows_PointDownTheMap()
    {
        var floors = ProjectRow().Matches(Repository.Read("docs/architecture.md")).Select(match => match.Groups["project"].Value).Distinct().ToList();
        Offenders.AreNone(
            from arrow in s_arrows.Value
            where floors.IndexOf(arrow.FromProject) > floors.IndexOf(arrow.ToProject)
            select $"{arrow.FromProject} -> {arrow.ToProject}: {arrow.Example}");
    }

    [Fact]
    public void Projects_OfSource_AreAllRead() =>
        Offenders.AreNone(s_projects.Except(s_arrows.Value.SelectMany(arrow => new[] { arrow.FromProject, arrow.ToProject })));

    private static IReadOnlyList<Arrow> ReadArrows()
    {
        var compiled = s_projects.Select(project => System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, project + ".dll")));
        var arrows =
            from user in new ArchLoader().LoadAssemblies([.. compiled]).Build().Types
            from dependency in user.Dependencies
            let used = dependency.Target

            // Parameters of generic methods are told apart by their names only, across all types.
            where used is not GenericParameter && IsOurs(user) && IsOurs(used)
            group $"{user.Name} uses {used.Name}" by (FromProject: ProjectOf(user), From: user.Namespace.FullName, ToProject: ProjectOf(used), To: used.Namespace.FullName);
        return [.. arrows.Where(arrow => arrow.Key.From != arrow.Key.To)
            .Select(arrow => new Arrow(arrow.Key.FromProject, arrow.Key.From, arrow.Key.ToProject, arrow.Key.To, arrow.First()))];
    }

    /// <summary>The arrows whose ends reach each other.</summary>
    private static IEnumerable<Arrow> InCircles(IReadOnlyList<Arrow> arrows)
    {
        var below = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        return arrows.Where(arrow => Reaches(arrow.To, arrow.From, []));

        bool Reaches(string from, string to, HashSet<string> seen) =>
            from == to || (seen.Add(from) && below[from].Any(next => Reaches(next, to, seen)));
    }

    // Compilers and generators add namespaces of their own.
    private static bool IsOurs(IType type) =>
        s_projects.Contains(ProjectOf(type)) && type.Namespace.FullName.StartsWith("Actant", StringComparison.Ordinal);

    private static string ProjectOf(IType type) => type.Assembly.Name.Split(',')[0];

    private static string RootOf(string project) => project == "Actant.JsonSchema" ? "Actant.Schemas" : project;

    // | `src/Actant.Server/` | …
    [GeneratedRegex(@"^\| `src/(?<project>[\w.]+)/` \|", RegexOptions.Multiline)]
    private static partial Regex ProjectRow();

    // | `src/Actant/Storage/` | …
    [GeneratedRegex(@"^\| `src/Actant/(?<folder>\w+)/` \|", RegexOptions.Multiline)]
    private static partial Regex FolderRow();

    private sealed record Arrow(string FromProject, string From, string ToProject, string To, string Example)
    {
        public string Name => $"{From} -> {To}";
    }
}
