namespace Actant.Sqlite;

/// <summary>The data folder is there, and this process cannot write to it: it is mounted read-only, full, or belongs to somebody else. May be mended while it waits.</summary>
/// <param name="folder">The folder.</param>
/// <param name="inner">What the operating system said.</param>
public sealed class DataFolderNotWritableException(string folder, Exception inner)
    : IOException(
        $"The data folder '{folder}' cannot be written: {inner.Message} Let the user of this process write there, on a volume that is mounted "
            + "for writing and has room, or choose another folder.",
        inner)
{
    /// <summary>How to mend it: for people, and without a path, so that anybody may read it.</summary>
    public static string Remedy =>
        "the data folder cannot be written: let the user of this process write to the folder and its files, on a volume that is mounted for writing and has room";
}
