using Microsoft.Extensions.Logging;

namespace Actant.Filters;

/// <summary>
/// What a filter throws that is no refusal of its own making: refused with a stable code, and logged. Its time-out or fault is no abort of
/// the step, which would be planned again without end, and no fault of whoever is called behind it.
/// </summary>
internal sealed partial class FilterFaults(ILogger log)
{
    private const int LongestMessage = 500;

    /// <summary>The refusal that it becomes.</summary>
    public FilterRefusedException Refusal(IFilter filter, string what, Exception exception)
    {
        var name = NameOf(filter);
        LogFailed(log, exception, name, what);
        var why = exception.Message.Length <= LongestMessage ? exception.Message : $"{exception.Message[..LongestMessage]}…";
        return new FilterRefusedException(
            new Failure { Code = FilterRefusedException.FilterFailed, Message = $"The filter {name} of {what} failed, so it does not pass: {why}" },
            innerException: exception);
    }

    /// <summary>The refusal of what filters made of something, where that cannot be kept.</summary>
    public static FilterRefusedException Unusable(string what, string why) => new(
        FilterRefusedException.FilterFailed, $"What the filters made of {what} cannot be used, so it does not pass: {why}");

    /// <summary>Its name, also where it does not say it.</summary>
    public static string NameOf(IFilter filter)
    {
        try
        {
            return filter.Name is { Length: > 0 } name ? name : filter.GetType().Name;
        }
        catch (Exception)
        {
            return filter.GetType().Name;
        }
    }

    /// <summary>It failed where nothing follows from that.</summary>
    public void Note(IFilter filter, string what, Exception exception) => LogFailed(log, exception, NameOf(filter), what);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Error, Message = "The filter {Filter} of {What} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string filter, string what);
}
