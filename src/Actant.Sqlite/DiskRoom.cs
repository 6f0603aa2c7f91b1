using System.Diagnostics;
using Actant.Storage;

namespace Actant.Sqlite;

/// <summary>
/// Keeps a part of the volume free: what comes in from outside is refused before the disk is full, then what runs stores no more steps, and what is left
/// is for cancelling, deleting, ends, and the next start.
/// </summary>
internal sealed class DiskRoom
{
    /// <summary>A small volume keeps a quarter of itself.</summary>
    private const int LeastShare = 4;

    /// <summary>Bytes are written to the log first, and to the database then.</summary>
    private const int WrittenTimes = 2;

    /// <summary>What runs may use one half of the reserve; the other one is for what makes room.</summary>
    private const int ShareOfWork = 2;

    private static readonly TimeSpan s_trust = TimeSpan.FromSeconds(1);

    private readonly Func<(long Free, long Total)?> _measure;
    private readonly Func<long> _reusable;
    private readonly Ballast? _ballast;
    private readonly long _most;
    private long _reserve;
    private long _left = long.MinValue;
    private long _measured;

    /// <param name="folder">A folder of the volume.</param>
    /// <param name="reserve">How much stays free at most.</param>
    /// <param name="reusable">How many bytes of the database hold nothing any more.</param>
    /// <param name="ballast">Holds a part of the reserve.</param>
    public DiskRoom(string folder, long reserve, Func<long> reusable, Ballast ballast)
        : this(() => Measure(folder), reserve) => (_reusable, _ballast) = (reusable, ballast);

    internal DiskRoom(Func<(long Free, long Total)?> measure, long reserve) => (_measure, _most, _reusable) = (measure, reserve, static () => 0);

    /// <summary>Takes room for what is written.</summary>
    /// <exception cref="StoreUnavailableException">There is none.</exception>
    public void Take(long bytes, DiskUse use = DiskUse.Intake)
    {
        if (_most == 0)
        {
            return;
        }

        var least = Least(use);
        if (Interlocked.Add(ref _left, -bytes * WrittenTimes) < least || Stopwatch.GetElapsedTime(Volatile.Read(ref _measured)) > s_trust)
        {
            Look(bytes);
            if (Volatile.Read(ref _left) < Least(use))
            {
                const string Remedy = "the disk is nearly full: make room on the volume of the data folder, raise its quota, or delete threads";
                throw new StoreUnavailableException($"The store takes no more: {Remedy}.") { Remedy = Remedy, IsFull = true };
            }
        }
    }

    private long Least(DiskUse use) => use == DiskUse.Intake ? 0 : -Volatile.Read(ref _reserve) / ShareOfWork;

    private void Look(long bytes)
    {
        Volatile.Write(ref _measured, Stopwatch.GetTimestamp());
        if (_measure() is not { } disk)
        {
            Volatile.Write(ref _left, long.MaxValue / 2);
            return;
        }

        var reserve = Math.Min(_most, disk.Total / LeastShare);
        Volatile.Write(ref _reserve, reserve);

        // The database writes first where something was deleted.
        Volatile.Write(ref _left, disk.Free + _reusable() - reserve - (bytes * WrittenTimes));
        _ballast?.Hold(reserve, disk.Free - reserve);
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
