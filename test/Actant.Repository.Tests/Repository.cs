namespace Actant.Repository.Tests;

/// <summary>The files of the working copy that these tests run in, without what tools make.</summary>
internal static class Repository
{
    private static readonly HashSet<string> s_skipped =
        ["bin", "obj", ".git", "artifacts", "data", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".idea", ".vscode"];

    public static string Root { get; } = FindRoot();

    /// <summary>All files as paths relative to the root, with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Select(Relative).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> FilesUnder(string folder, string ending) =>
        Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(ending, StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string path)
    {
        var full = Path.Combine(Root, path.TrimEnd('/'));
        return path.EndsWith('/') ? Directory.Exists(full) : File.Exists(full) || Directory.Exists(full);
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(child => !s_skipped.Contains(Path.GetFileName(child))).SelectMany(Walk));

    private static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Actant.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"Actant.slnx stands nowhere above {AppContext.BaseDirectory}.");
    }
}
