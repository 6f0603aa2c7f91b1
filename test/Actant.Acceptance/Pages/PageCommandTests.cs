using System.Text.RegularExpressions;

namespace Actant.Acceptance.Pages;

/// <summary>Whoever follows a page from top to bottom gets what it says: its commands run in order against a server of their own.</summary>
public sealed class PageCommandTests
{
    public static TheoryData<string> Pages { get; } = [.. Fence.Pages.Where(static page => Fence.Of(page).Any(static block => block is { Language: "sh", IsNotRun: false }))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_EveryCommand_Works(string page)
    {
        var blocks = Fence.Of(page);
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "examples"), Path.Combine(Fence.Root, "examples"));
        folder.Write("key.txt", "what the service gave");
        foreach (var file in blocks.Where(static block => block.File is not null))
        {
            folder.Write(file.File!, file.Text);
        }

        var data = Path.Combine(folder.Path, "data");
        await using var server = await ActantProcess.ServeAsync(data);

        var printed = await PageScript.RunAsync(blocks, folder.Path, data, server.Client.BaseAddress!);

        for (var i = 1; i < blocks.Count; i++)
        {
            if (blocks[i].IsAnswer)
            {
                var answer = printed.Single(one => one.Block == blocks[i - 1]).Printed;
                Assert.True(IsLike(answer, blocks[i].Text), $"{blocks[i]} is not what was printed:\n{answer}");
            }
        }
    }

    [Fact]
    public void Pages_CommandsThatRun_AreMostOfThem()
    {
        var commands = Fence.Pages.SelectMany(Fence.Of).Where(static block => block.Language is "sh").ToList();

        Assert.True(commands.Count(static block => !block.IsNotRun) >= 30, "Too few commands run.");
        Assert.All(Fence.Pages.SelectMany(Fence.Of), static block => Assert.Matches("^(|not run: .{10,}|file: [a-z.-]+|answers|logs|part: \\{.+\\}|checked by: [A-Za-z]+Tests|with [a-z.]+: .+|with: [\\s\\S]+)$", block.Mark));
    }

    private static bool IsLike(string printed, string expected) => Regex.IsMatch(
        Squeeze(printed), $"^{string.Join("[\\s\\S]*?", Squeeze(expected).Split('…').Select(Regex.Escape))}$", RegexOptions.None, TimeSpan.FromSeconds(5));

    /// <summary>How wide a column is, and where a line ends in blanks, is not what a page promises.</summary>
    private static string Squeeze(string text) => Regex.Replace(text.Trim(), @"[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(5)).Replace(" \n", "\n", StringComparison.Ordinal);
}
