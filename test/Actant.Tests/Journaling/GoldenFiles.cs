namespace Actant.Tests.Journaling;

/// <summary>The files that pin how everything persisted is written. See the README beside them.</summary>
internal static class GoldenFiles
{
    private static readonly string s_folder = Path.Combine(Root(), "test", "Actant.Tests", "Journaling", "Golden");

    /// <summary>The content of a file of a format. A missing one is written from <paramref name="make"/> when <c>ACTANT_GOLDEN=add</c> is set; none is ever changed.</summary>
    public static async Task<byte[]> ReadAsync(int format, string name, Func<Task<byte[]>> make)
    {
        var path = Path.Combine(s_folder, $"v{format}", name);
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("ACTANT_GOLDEN") == "add")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, await make());
        }

        Assert.True(File.Exists(path), $"There is no golden file v{format}/{name}: see the README in {s_folder}.");
        return await File.ReadAllBytesAsync(path);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actant.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
