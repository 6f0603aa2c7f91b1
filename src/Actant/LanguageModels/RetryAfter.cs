using System.Globalization;
using System.Net.Http.Headers;

namespace Actant.LanguageModels;

/// <summary>How long a vendor asks to wait.</summary>
internal static class RetryAfter
{
    /// <summary>Nobody is believed who asks for more than a day.</summary>
    private const double LongestMs = 24 * 60 * 60 * 1000;

    /// <summary>
    /// Milliseconds, rounded up: <c>retry-after-ms</c>, which is finer, else <c>Retry-After</c> in seconds or as a date. <c>null</c>
    /// if there is none that can be read.
    /// </summary>
    public static long? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (Number(headers, "retry-after-ms") is { } milliseconds)
        {
            return Bounded(milliseconds);
        }

        return Number(headers, "Retry-After") is { } seconds ? Bounded(seconds * 1000)
            : headers.RetryAfter?.Date is { } date ? Bounded((date - now).TotalMilliseconds)
            : null;
    }

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values)
        && double.TryParse(values.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static long Bounded(double milliseconds) => (long)Math.Ceiling(Math.Clamp(milliseconds, 0, LongestMs));
}
