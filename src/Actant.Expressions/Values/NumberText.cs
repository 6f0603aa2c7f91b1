using System.Globalization;

namespace Actant.Expressions.Values;

internal static class NumberText
{
    private const NumberStyles DoubleStyle =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>
    /// The shortest text that reads back as the same double; the special values as protobuf's JSON spells them.
    /// </summary>
    public static string Format(double value) => value switch
    {
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ when double.IsNaN(value) => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryParse(string text, out double value)
    {
        switch (text)
        {
            case "NaN":
                value = double.NaN;
                return true;
            case "Infinity" or "+Infinity":
                value = double.PositiveInfinity;
                return true;
            case "-Infinity":
                value = double.NegativeInfinity;
                return true;
            default:
                // The framework's own spellings of the special values contain letters; digits and e are all that may remain.
                return double.TryParse(text, DoubleStyle, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
    }
}
