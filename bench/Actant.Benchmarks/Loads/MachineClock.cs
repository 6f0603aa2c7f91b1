using System.Diagnostics;
using System.Globalization;

namespace Actant.Benchmarks.Loads;

/// <summary>CPU time used so far: by this process, and by the whole machine where the system tells (NaN elsewhere).</summary>
internal readonly record struct MachineClock(double ProcessMs, double MachineMs)
{
    // The kernel counts in these for every program, whatever its own rate is.
    private const double TicksPerSecond = 100;

    public static MachineClock Now()
    {
        using var process = Process.GetCurrentProcess();
        return new MachineClock(process.TotalProcessorTime.TotalMilliseconds, Busy());
    }

    public static MachineClock operator -(MachineClock left, MachineClock right) =>
        new(left.ProcessMs - right.ProcessMs, left.MachineMs - right.MachineMs);

    /// <summary>All but idle, waiting for disks, and stolen time.</summary>
    private static double Busy()
    {
        if (!File.Exists("/proc/stat"))
        {
            return double.NaN;
        }

        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        int[] busy = [0, 1, 2, 5, 6];
        return busy.Sum(index => double.Parse(ticks[index], CultureInfo.InvariantCulture)) * 1000 / TicksPerSecond;
    }
}
