using System.Text.RegularExpressions;

namespace Actant.Repository.Tests;

/// <summary>What is asked of every file.</summary>
public sealed partial class SourceFileTests
{
    [Fact]
    public void Source_EveryFile_HasAtMost400Lines() =>
        Offenders.AreNone(Repository.FilesUnder("src", ".cs").Where(file => Lines(file) > 400));

    [Fact]
    public void Tests_EveryFile_HasAtMost600Lines() =>
        Offenders.AreNone(Repository.FilesUnder("test", ".cs").Where(file => Lines(file) > 600));

    [Fact]
    public void Source_Folders_AreOneLevelDeep() =>
        Offenders.AreNone(Repository.FilesUnder("src", ".cs").Where(file => file.Count(c => c == '/') > 3));

    [Fact]
    public void Source_Folders_AreNamedByWhatTheyCanDo() =>
        Offenders.AreNone(Repository.FilesUnder("src", ".cs").Where(file => VagueFolder().IsMatch(file)));

    [Fact]
    public void Text_EveryFile_NamesNoMachineOrPackageRegistry() =>
        Offenders.AreNone(
            from file in Repository.Files
            where IsText(file)
            from match in MachinePath().Matches(Repository.Read(file))
            select $"{file}: {match.Value}");

    [Fact]
    public void Text_EveryFile_EndsLinesWithLineFeeds() =>
        Offenders.AreNone(Repository.Files.Where(file => IsText(file) && OperatingSystem.IsLinux() && Repository.Read(file).Contains('\r', StringComparison.Ordinal)));

    [Fact]
    public void Changelog_Head_IsWhatIsNotReleased() =>
        Assert.Matches(@"\A# Changelog\n(.*\n)*?\n## Unreleased\n", Repository.Read("CHANGELOG.md"));

    [Theory]
    [InlineData("cd /" + "work/main")]
    [InlineData("/" + "tmp/w/x")]
    [InlineData("https://api.nuget" + ".org/v3")]
    [InlineData("/" + "home/ada/src")]
    public void MachinePath_OfAMachine_IsFound(string text) => Assert.Matches(MachinePath(), text);

    [Theory]
    [InlineData("/api/v1/agents")]
    [InlineData("/network/")]
    [InlineData("${TMPDIR:-/tmp}/actant-test")]
    public void MachinePath_OfAnythingElse_IsNotFound(string text) => Assert.DoesNotMatch(MachinePath(), text);

    private static int Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file)).Count();

    private static bool IsText(string file) =>
        !file.EndsWith("packages.lock.json", StringComparison.Ordinal) && Path.GetExtension(file) is not (".png" or ".journal" or ".db");

    [GeneratedRegex(@"/(Helpers|Common|Utils|Utilities|Models|Services|Misc)/")]
    private static partial Regex VagueFolder();

    [GeneratedRegex(@"(?<![\w.}/-])/(work|tmp/w|home/\w+|root|Users/\w+)/|(nuget|npmjs)\.org|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();
}
