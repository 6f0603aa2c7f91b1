using System.Diagnostics.Metrics;

namespace Actant.AspNetCore.Metering;

/// <summary>Names of instruments as Prometheus wants them: the unit spelled out behind the name, <c>_total</c> behind counters.</summary>
internal static class MetricNames
{
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = string.Concat(instrument.Name.Select(static (c, index) => char.IsAsciiLetter(c) || (index > 0 && char.IsAsciiDigit(c)) ? c : '_'));
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith($"_{unit}", StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return kind != MetricKind.Counter || name.EndsWith("_total", StringComparison.Ordinal) ? name : $"{name}_total";
    }
}
