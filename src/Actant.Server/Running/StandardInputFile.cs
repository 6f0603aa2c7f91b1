namespace Actant.Server.Running;

/// <summary>Stdin as a file, for as long as it is read.</summary>
internal sealed class StandardInputFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actant-");

    public StandardInputFile()
    {
        // No extension: whether it is JSON or YAML, its content tells.
        Path = System.IO.Path.Combine(_folder.FullName, "agent");
        File.WriteAllBytes(Path, StandardInput.BytesOf(StandardInput.Name));
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
