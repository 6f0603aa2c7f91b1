using Actant.Benchmarks.Loads;

namespace Actant.Benchmarks.Peers;

/// <summary>What one system does with so many callers. A figure that was not measured is not a number.</summary>
internal sealed record PeerRow(string What, long AtOnce, double Median, double Min, double Max)
{
    public double P50 { get; init; } = double.NaN;

    public double P99 { get; init; } = double.NaN;

    public double MachineMs { get; init; } = double.NaN;

    public double Commits { get; init; } = double.NaN;

    public double WalKib { get; init; } = double.NaN;

    public static PeerRow Of(string what, int callers, ClosedLoop loop) =>
        new(what, callers, loop.Median, loop.Min, loop.Max) { P50 = loop.P50, P99 = loop.P99, MachineMs = loop.MachineMs };
}
