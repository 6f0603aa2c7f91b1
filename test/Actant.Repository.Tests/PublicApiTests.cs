using System.Xml.Linq;

namespace Actant.Repository.Tests;

/// <summary>What a package promises stands in its lists, and a build that differs from them fails.</summary>
public sealed class PublicApiTests
{
    private static readonly string[] s_lists = ["PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt"];

    public static TheoryData<string> Packages { get; } =
        [.. Repository.FilesUnder("src", ".csproj").Where(static file => TypeOf(file) == "Library").Select(static file => Path.GetDirectoryName(file)!)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_HasTheListsOfWhatIsPublic(string folder) => Offenders.AreNone(
        from list in s_lists
        let file = $"{folder}/{list}"
        where !Repository.Exists(file) || !Repository.Read(file).StartsWith("#nullable enable\n", StringComparison.Ordinal)
        select $"{file} is missing, or does not begin with #nullable enable");

    [Fact]
    public void Packages_AreAllThatIsNoProgram() => Assert.Equal(
        Repository.FilesUnder("src", ".csproj").Count(static file => TypeOf(file) != "Program"), Packages.Count);

    [Fact]
    public void Lists_AreReadByTheBuildOfEveryPackage()
    {
        var library = Repository.Read("eng/Library.targets");
        Assert.Contains("\"Microsoft.CodeAnalysis.PublicApiAnalyzers\"", library, StringComparison.Ordinal);
        Assert.All(s_lists, list => Assert.Contains(list, library, StringComparison.Ordinal));
    }

    /// <summary>The analyzer's rules are as strict as it comes: but for the one with a reason, none is off.</summary>
    [Fact]
    public void Rules_AreOffOnlyWithAReason() => Assert.Equal(
        ["dotnet_diagnostic.RS0026.severity = none"],
        Repository.Read(".editorconfig").Split('\n').Where(static line => line.StartsWith("dotnet_diagnostic.RS00", StringComparison.Ordinal)));

    private static string TypeOf(string project) => XDocument.Parse(Repository.Read(project)).Descendants("ProjectType").Single().Value;
}
