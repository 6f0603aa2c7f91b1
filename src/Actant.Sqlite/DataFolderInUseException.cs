namespace Actant.Sqlite;

/// <summary>Another process (or another store of this one) owns the data folder.</summary>
/// <param name="folder">The folder.</param>
/// <param name="inner">What the operating system said.</param>
public sealed class DataFolderInUseException(string folder, Exception? inner = null)
    : Exception(
        $"The data folder '{folder}' is in use by another Actant process. Talk to that process over its API, stop it, or choose another folder.",
        inner)
{
    /// <summary>The folder that is in use.</summary>
    public string Folder => folder;
}
