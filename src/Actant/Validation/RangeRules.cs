using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Bounds of numbers; a message names both.</summary>
internal static class RangeRules
{
    public static void Check(double? value, double least, double most, string path, ValidationRun validation)
    {
        // Written so that NaN is refused too.
        if (value is { } number && !(number >= least && number <= most))
        {
            validation.Report(path, DefinitionErrors.OutOfRange, $"{number} is out of range: {least} to {most}.");
        }
    }

    /// <summary>From one millisecond to ten years.</summary>
    public static void CheckTimeout(TimeSpan? value, string path, ValidationRun validation)
    {
        if (value is { } time && (time <= TimeSpan.Zero || time.TotalMilliseconds > DefinitionBounds.Milliseconds))
        {
            validation.Report(path, DefinitionErrors.OutOfRange, "A time-out must be longer than 0 and at most ten years.");
        }
    }
}
