namespace Actant.Tests;

/// <summary>The user's pages, so that what they promise can be tested.</summary>
internal static class TestPages
{
    /// <summary>The folder of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(string name) => Path.Combine(Root, "docs", name);

    public static string Read(string name) => File.ReadAllText(PathOf(name));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actant.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside a checkout.");
        }

        return folder.FullName;
    }
}
