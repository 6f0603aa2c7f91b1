namespace Actant.Server.Running;

/// <summary>Stdin as a file, for as long as it is read.</summary>
internal sealed class StandardInputFile : IDisposable
{
    private readonly DirectoryInfo _folder;

    /// <exception cref="BadInputException">Stdin is closed, or was read already.</exception>
    public StandardInputFile()
    {
        var content = StandardInput.BytesOf(StandardInput.Name);
        _folder = Directory.CreateTempSubdirectory("actant-");

        // No extension: whether it is JSON or YAML, its content tells.
        Path = System.IO.Path.Combine(_folder.FullName, "agent");
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
