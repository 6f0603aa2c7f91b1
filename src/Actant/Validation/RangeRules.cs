using System.Globalization;
using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Bounds of numbers; a message names both.</summary>
internal static class RangeRules
{
    public static void Check(double? value, NumberRange range, string path, ValidationRun validation) =>
        Check(value, range.Least, range.Most, path, validation);

    /// <summary>Of a number that is kept in fewer digits: it is named as it was written, not as it is kept.</summary>
    public static void Check(float? value, NumberRange range, string path, ValidationRun validation) =>
        Check(value is { } number ? double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null, range, path, validation);

    public static void Check(double? value, double least, double most, string path, ValidationRun validation)
    {
        // Written so that NaN is refused too.
        if (value is { } number && !(number >= least && number <= most))
        {
            validation.Report(path, DefinitionErrors.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"{number} is out of range: {least} to {most}."));
        }
    }

    /// <summary>From one millisecond to ten years.</summary>
    public static void CheckTimeout(TimeSpan? value, string path, ValidationRun validation)
    {
        if (value is { } time && (time <= TimeSpan.Zero || time.TotalMilliseconds > DefinitionBounds.TimeoutMs.Most))
        {
            validation.Report(path, DefinitionErrors.OutOfRange, "A time-out must be longer than 0 and at most ten years.");
        }
    }
}
