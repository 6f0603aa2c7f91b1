using System.Diagnostics.Metrics;
using System.Globalization;

namespace Actant.AspNetCore.Metering;

/// <summary>
/// What .NET does not count: the bytes that this process moves to and from disks, and those of the network that it lives in, as
/// the kernel of Linux counts them. Elsewhere there is nothing to show.
/// </summary>
internal sealed class ProcessMeter : IDisposable
{
    private const string Io = "/proc/self/io";
    private const string Network = "/proc/self/net/netstat";

    /// <summary>Makes the instruments that the system has numbers for.</summary>
    public ProcessMeter()
    {
        if (File.Exists(Io))
        {
            Meter.CreateObservableCounter("process.disk.io", ReadDisk, "By", "Bytes that the process made the disks read and write.");
        }

        if (File.Exists(Network))
        {
            Meter.CreateObservableCounter(
                "process.network.io", ReadNetwork, "By", "Bytes of the network that the process lives in; a container has one of its own.");
        }
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; } = new("Actant.Process");

    public void Dispose() => Meter.Dispose();

    private static IEnumerable<Measurement<long>> ReadDisk()
    {
        var lines = File.ReadAllLines(Io).Select(static line => line.Split(": ")).Where(static parts => parts.Length == 2).ToDictionary(static parts => parts[0], static parts => parts[1]);
        return Both("disk.io.direction", ("read", lines["read_bytes"]), ("write", lines["write_bytes"]));
    }

    // Two lines: the names, then their values.
    private static IEnumerable<Measurement<long>> ReadNetwork()
    {
        var lines = File.ReadAllLines(Network).Where(static line => line.StartsWith("IpExt: ", StringComparison.Ordinal)).Select(static line => line.Split(' ')).ToList();
        var values = lines[0].Zip(lines[1]).Skip(1).ToDictionary(static pair => pair.First, static pair => pair.Second);
        return Both("network.io.direction", ("receive", values["InOctets"]), ("transmit", values["OutOctets"]));
    }

    private static Measurement<long>[] Both(string direction, params (string Word, string Value)[] values) =>
        [.. values.Select(value => new Measurement<long>(long.Parse(value.Value, CultureInfo.InvariantCulture), KeyValuePair.Create(direction, (object?)value.Word)))];
}
