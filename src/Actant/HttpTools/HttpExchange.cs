using Actant.Egress;
using Actant.Tools;

namespace Actant.HttpTools;

/// <summary>Sends one request through the guard and reads its answer to the end, all of it within one time-out.</summary>
internal sealed class HttpExchange(EgressGuard guard, TimeProvider time)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);

    /// <summary>Sends it.</summary>
    /// <exception cref="EgressException">It was refused, or got no answer.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, EgressCaller caller, EgressLimits limits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var clock = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        using var invoker = new HttpMessageInvoker(guard.CreateHandler(caller, limits));

        // Many services refuse who does not say what it is.
        if (!request.Headers.NonValidated.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "Actant");
        }

        try
        {
            using var response = await invoker.SendAsync(request, stop.Token);
            var body = await response.Content.ReadAsByteArrayAsync(stop.Token);
            return new HttpAnswer
            {
                Status = (int)response.StatusCode,
                Url = response.RequestMessage!.RequestUri!.AbsoluteUri,
                IsElsewhere = response.RequestMessage != request,
                Headers = [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                    .Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value.ToString()))],
                ContentType = response.Content.Headers.ContentType,
                Body = body,
                Elapsed = time.GetElapsedTime(started),
                RetryAfter = RetryAfterOf(response),
            };
        }
        catch (OperationCanceledException exception) when (clock.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EgressException(
                EgressErrors.TimedOut, $"'{request.RequestUri!.Host}' did not answer within {timeout.TotalSeconds:0.###} s.", exception, requestLeft: true, isTransient: true);
        }
        catch (HttpRequestException exception) when (exception is not EgressException && exception.InnerException is EgressException own)
        {
            throw new EgressException(own.Failure.Code, own.Failure.Message, exception, own.RequestLeft, own.Failure.Transient);
        }
    }

    /// <summary>Gives a header the call's key, so that a service which knows such keys does it once.</summary>
    public static void AddIdempotencyKey(HttpRequestMessage request, ToolCall call)
    {
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Options
            && !request.Headers.NonValidated.Contains("Idempotency-Key"))
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", HeaderRules.AsToken(call.IdempotencyKey));
        }
    }

    /// <summary>Whether nobody knows if the other side did what was asked; also where it answered that the result is elsewhere, out of reach.</summary>
    public static bool IsOutcomeUnknown(EgressException exception) =>
        exception.RequestLeft && exception.Failure.Code is EgressErrors.Broken or EgressErrors.TimedOut or EgressErrors.Unreachable or EgressErrors.NotSent;

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is not { } given ? null : given < TimeSpan.Zero ? TimeSpan.Zero : given > s_longestWait ? s_longestWait : given;
    }
}
