namespace Actant.Sqlite;

/// <summary>A folder that this process owns for as long as this object lives: the operating system lets go when the process dies.</summary>
internal sealed class DataFolder : IDisposable
{
    // What Linux, macOS and Windows say of a file that somebody else has locked; everything else is another matter.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        DatabasePath = Path.Combine(path, "actant.db");
        _lock = @lock;
    }

    public string DatabasePath { get; }

    public static DataFolder Own(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new IOException($"The data folder '{full}' is a file: name a folder, one that is there or one to be made.");
        }

        try
        {
            Create(full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The data folder '{full}' cannot be made: {exception.Message} Let the user of this process write there, on a volume that is mounted for "
                + "writing and has room, or choose another folder.",
                exception);
        }

        DataFolder? folder = null;
        try
        {
            folder = new DataFolder(full, OpenPrivate(Path.Combine(full, "actant.lock"), FileShare.None));

            // SQLite gives the files beside the database the rights that this one has.
            OpenPrivate(folder.DatabasePath, FileShare.ReadWrite).Dispose();
            return folder;
        }
        catch (IOException exception) when (exception.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new DataFolderInUseException(full, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever tries again must find it free.
            folder?.Dispose();
            throw new DataFolderNotWritableException(full, exception);
        }
    }

    /// <summary>What is kept here is for whoever runs the process alone. A folder that is there already keeps the rights that somebody gave it.</summary>
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream OpenPrivate(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    public void Dispose() => _lock.Dispose();
}
