namespace Actant.Testing;

/// <summary>Where the repository is that the tests were built from.</summary>
public static class RepositoryFolder
{
    /// <summary>The full path of something in it.</summary>
    public static string Find(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actant.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return Path.Combine([folder.FullName, .. parts]);
    }
}
