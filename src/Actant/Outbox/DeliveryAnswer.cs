using System.Net;

namespace Actant.Outbox;

/// <summary>What an answer over HTTP means for a delivery.</summary>
internal static class DeliveryAnswer
{
    private const int LongestRetryAfter = 24 * 60 * 60;

    public static SendResult Of(HttpResponseMessage response, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => SendResult.Delivered,
            (int)HttpStatusCode.Gone => SendResult.Refused("The destination answered 410 Gone."),
            >= 300 and < 400 => SendResult.Failed($"The destination answered {status}; redirects are not followed.", isDown: false),
            429 or >= 500 => SendResult.Failed($"The destination answered {status}.", isDown: true, RetryAfterOf(response, time)),
            _ => SendResult.Failed($"The destination answered {status}.", isDown: false),
        };
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter is not { } header ? null : header.Delta ?? (header.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } given && given > TimeSpan.Zero ? TimeSpan.FromSeconds(Math.Min(given.TotalSeconds, LongestRetryAfter)) : null;
    }
}
