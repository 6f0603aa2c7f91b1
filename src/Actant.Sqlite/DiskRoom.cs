using System.Diagnostics;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// Keeps a part of the volume free: what comes in from outside is refused before the disk is full, so that what runs can store its steps, what is
/// there can be deleted, and the next start can write.
/// </summary>
internal sealed class DiskRoom
{
    /// <summary>A small volume keeps a quarter of itself.</summary>
    private const int LeastShare = 4;

    /// <summary>Bytes are written to the log first, and to the database then.</summary>
    private const int WrittenTimes = 2;

    private static readonly TimeSpan s_trust = TimeSpan.FromSeconds(1);

    private readonly Func<(long Free, long Total)?> _measure;
    private readonly long _reserve;
    private long _left = long.MinValue;
    private long _measured;

    public DiskRoom(string folder, long reserve)
        : this(() => Measure(folder), reserve)
    {
    }

    internal DiskRoom(Func<(long Free, long Total)?> measure, long reserve) => (_measure, _reserve) = (measure, reserve);

    /// <summary>Takes room for what comes in.</summary>
    /// <exception cref="StoreUnavailableException">There is none.</exception>
    public void Take(long bytes)
    {
        if (_reserve == 0)
        {
            return;
        }

        if (Interlocked.Add(ref _left, -bytes * WrittenTimes) < 0 || Stopwatch.GetElapsedTime(Volatile.Read(ref _measured)) > s_trust)
        {
            Volatile.Write(ref _measured, Stopwatch.GetTimestamp());
            var left = (_measure() is { } disk ? disk.Free - Math.Min(_reserve, disk.Total / LeastShare) : long.MaxValue) - (bytes * WrittenTimes);
            Volatile.Write(ref _left, left);
            if (left < 0)
            {
                const string Remedy = "the disk is nearly full: make room on the volume of the data folder, or raise its quota";
                throw new StoreUnavailableException($"The store takes no more: {Remedy}.") { Remedy = Remedy, IsFull = true };
            }
        }
    }

    private static (long Free, long Total)? Measure(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever cannot say how much there is finds out when it is full.
            return null;
        }
    }
}
