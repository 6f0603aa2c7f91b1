using System.Diagnostics;

namespace Actant.Benchmarks.Http;

/// <summary>CPU time that a process has used, and its resident memory; NaN where nobody knows it.</summary>
internal readonly record struct ServerMeter(double CpuMs, double ResidentMiB)
{
    public static ServerMeter Of(int? pid)
    {
        if (pid is not { } id)
        {
            return new ServerMeter(double.NaN, double.NaN);
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return new ServerMeter(process.TotalProcessorTime.TotalMilliseconds, process.WorkingSet64 / (1024.0 * 1024));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return new ServerMeter(double.NaN, double.NaN);
        }
    }
}
