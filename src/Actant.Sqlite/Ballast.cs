namespace Actant.Sqlite;

/// <summary>
/// A file that holds a part of the reserve against whatever else fills the volume: it goes when the disk is full, so that the database can be opened and
/// something deleted, and comes back when there is room.
/// </summary>
internal sealed class Ballast(string folder)
{
    /// <summary>Of the reserve it is a quarter, and no more than this.</summary>
    private const long MostBytes = 16 * 1024 * 1024;

    private const int ShareOfReserve = 4;

    private readonly string _path = Path.Combine(folder, "actant.reserve");
    private readonly Lock _lock = new();

    /// <summary>Takes the place of a reserve, if more than that is left beside the reserve.</summary>
    public void Hold(long reserve, long left)
    {
        var bytes = Math.Min(MostBytes, reserve / ShareOfReserve);
        lock (_lock)
        {
            if (bytes == 0 || left < bytes || File.Exists(_path))
            {
                return;
            }

            try
            {
                using var file = new FileStream(
                    _path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = bytes });
                file.SetLength(bytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The reserve is only what nobody else takes.
            }
        }
    }

    /// <summary>Gives the place back; <c>false</c> where there was none.</summary>
    public bool Release()
    {
        lock (_lock)
        {
            try
            {
                if (!File.Exists(_path))
                {
                    return false;
                }

                File.Delete(_path);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}
