namespace Actant.Tests;

/// <summary>The user's pages, so that what they promise can be tested.</summary>
internal static class TestPages
{
    public static string Read(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actant.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside a checkout.");
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", name));
    }
}
