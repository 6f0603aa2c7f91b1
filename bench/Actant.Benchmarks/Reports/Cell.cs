using System.Globalization;

namespace Actant.Benchmarks.Reports;

/// <summary>One figure or word of a table.</summary>
internal readonly record struct Cell(string Text, double? Number = null)
{
    public static implicit operator Cell(string text) => new(text);

    /// <summary>A figure with three significant digits, as many as a short run can stand behind.</summary>
    public static implicit operator Cell(double number) => new(Shorten(number), number);

    public static implicit operator Cell(long number) => new(number.ToString("N0", CultureInfo.InvariantCulture), number);

    private static string Shorten(double number) => Math.Abs(number) switch
    {
        _ when double.IsNaN(number) => "–",
        0 => "0",
        >= 100 => number.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => number.ToString("0.00", CultureInfo.InvariantCulture),
        _ => number.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
