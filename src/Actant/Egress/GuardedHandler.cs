using System.Net;

namespace Actant.Egress;

/// <summary>Sends one caller's requests: every URL, also each one that a redirect leads to, passes the rules; every answer is bounded.</summary>
internal sealed class GuardedHandler(
    EgressPolicy policy,
    EgressRules rules,
    GuardedConnector connector,
    HttpMessageInvoker invoker,
    EgressCaller caller,
    EgressLimits limits,
    IEgressAudit? audit,
    TimeProvider time) : HttpMessageHandler
{
    private const int LongestBody = 16 * 1024 * 1024;
    private static readonly string[] s_hopByHop = ["Host", "Proxy-Authorization", "Proxy-Connection"];
    private readonly DomainList _narrower = new(limits.AllowedDomains);
    private readonly long _mostBytes = Math.Min(limits.MaxResponseBytes, policy.MaxResponseBytes);
    private readonly int _mostRedirects = limits.FollowRedirects ? Math.Min(limits.MaxRedirects, policy.MaxRedirects) : 0;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = request.RequestUri is { IsAbsoluteUri: true } uri ? uri.OriginalString : "";
        var url = Audited(request, null, hasLeft: false, () => EgressUrl.Parse(text));
        if (request.Content is not null && _mostRedirects > 0)
        {
            await request.Content.LoadIntoBufferAsync(LongestBody, cancellationToken);
        }

        Prepare(request);
        request.Options.Set(WriteOnceHandler.HasEffect, limits.IsUnsafe);
        for (var followed = 0; ; followed++)
        {
            var started = time.GetTimestamp();
            var response = await SendOnceAsync(request, url, started, followed > 0, cancellationToken);
            if (!limits.FollowRedirects || Redirects.LocationOf(response) is not { } location
                || (limits.IsUnsafe && followed == 0 && !Redirects.LeadsToReading(request.Method, response.StatusCode)))
            {
                return await BoundAsync(response, request, url, started, cancellationToken);
            }

            using (response)
            {
                Note(request, url, started, "answered", response);
                var from = url;
                request = Audited(request, url, hasLeft: true, () =>
                {
                    if (followed >= _mostRedirects)
                    {
                        throw new EgressException(EgressErrors.TooManyRedirects, $"'{from.Host}' redirects more often than the {_mostRedirects} times that are allowed.");
                    }

                    url = from.Follow(location);
                    CheckDowngrade(from, url);
                    return Redirects.Next(request, response.StatusCode, from, url);
                });
            }
        }
    }

    private static void Prepare(HttpRequestMessage request)
    {
        foreach (var name in s_hopByHop)
        {
            request.Headers.Remove(name);
        }

        // HTTP/3 does not connect through the guard.
        request.Version = request.Version.Major > 2 ? HttpVersion.Version20 : request.Version;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
    }

    private void Check(EgressUrl url)
    {
        if (!limits.VerifyTls && !policy.AllowUnverifiedTls)
        {
            throw EgressRules.Refused(url, $"certificates must be checked; an operator can allow otherwise by {EgressSettings.AllowUnverifiedTls}");
        }

        rules.Check(url, _narrower);
    }

    private void CheckDowngrade(EgressUrl from, EgressUrl to)
    {
        if (from.Uri.Scheme == "https" && to.Uri.Scheme == "http" && !policy.AllowDowngrade)
        {
            throw EgressRules.Refused(to, $"a redirect from {from.Host} leads from HTTPS to HTTP; an operator can allow it by {EgressSettings.AllowDowngrade}");
        }
    }

    /// <param name="request">What is sent.</param>
    /// <param name="url">Where to.</param>
    /// <param name="started">When that began.</param>
    /// <param name="hasLeft">Whether a request left before, and led here by a redirect.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request, EgressUrl url, long started, bool hasLeft, CancellationToken cancellationToken)
    {
        Audited(request, url, hasLeft, () =>
        {
            Check(url);
            return true;
        });
        request.RequestUri = url.Uri;
        using var clock = new CancellationTokenSource(policy.ResponseTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            return await invoker.SendAsync(request, stop.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Note(request, url, started, EgressErrors.TimedOut);
                throw;
            }

            var failure = Explain(exception, url, clock.IsCancellationRequested);
            Note(request, url, started, failure.Failure.Code);
            throw hasLeft ? failure.AfterAnother() : failure;
        }
    }

    private EgressException Explain(Exception exception, EgressUrl url, bool isLate) => exception switch
    {
        EgressException own => own,
        { InnerException: EgressException own } => new EgressException(own.Failure.Code, own.Failure.Message, exception, own.RequestLeft, own.Failure.Transient),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new(EgressErrors.Unreachable, $"'{url.Host}' cannot be reached: no trusted TLS connection ({Innermost(exception)}).", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            new(EgressErrors.Unreachable, $"'{url.Host}' cannot be reached.", exception, isTransient: true),
        OperationCanceledException when isLate =>
            new(EgressErrors.TimedOut, $"'{url.Host}' did not answer within {policy.ResponseTimeout.TotalSeconds:0.###} s.", exception, requestLeft: true, isTransient: true),
        OperationCanceledException =>
            new(EgressErrors.Unreachable, $"'{url.Host}' cannot be reached within {policy.ConnectTimeout.TotalSeconds:0.###} s.", exception, isTransient: true),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new(EgressErrors.Broken, $"'{url.Host}' answered with more than {EgressGuard.MaxHeaderKilobytes} KiB of headers.", exception, requestLeft: true),
        _ => new(EgressErrors.Broken, $"The connection to '{url.Host}' broke, or it does not answer in HTTP.", exception, requestLeft: true, isTransient: true),
    };

    private static string Innermost(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');

    private async Task<HttpResponseMessage> BoundAsync(
        HttpResponseMessage response, HttpRequestMessage request, EgressUrl url, long started, CancellationToken cancellationToken)
    {
        response.RequestMessage = request;
        if (!limits.ReadsBody)
        {
            Note(request, url, started, "answered", response);
            response.Content.Dispose();
            response.Content = new ByteArrayContent([]);
            return response;
        }

        if (response.Content.Headers.ContentLength > _mostBytes && request.Method != HttpMethod.Head)
        {
            response.Dispose();
            Note(request, url, started, EgressErrors.ResponseTooLarge);
            throw BoundedStream.TooLarge(_mostBytes);
        }

        var inner = await response.Content.ReadAsStreamAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var bounded = new StreamContent(new BoundedStream(inner, _mostBytes, (read, failure) => Note(request, url, started, failure ?? "answered", status, read)));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            bounded.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = bounded;
        return response;
    }

    private T Audited<T>(HttpRequestMessage request, EgressUrl? url, bool hasLeft, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (EgressException refused)
        {
            Note(request, url, time.GetTimestamp(), refused.Failure.Code);
            if (hasLeft)
            {
                throw refused.AfterAnother();
            }

            throw;
        }
    }

    private void Note(HttpRequestMessage request, EgressUrl? url, long started, string outcome, HttpResponseMessage response) =>
        Note(request, url, started, outcome, (int)response.StatusCode);

    private void Note(HttpRequestMessage request, EgressUrl? url, long started, string outcome, int? status = null, long bytes = 0) => audit?.Record(new EgressRecord
    {
        Caller = caller,
        Method = request.Method.Method,
        Host = url?.Host ?? "",
        Port = url?.Uri.Port ?? 0,
        Address = url is null ? null : connector.LastAddress(url.Host, url.Uri.Port),
        Outcome = outcome,
        Status = status,
        BytesReceived = bytes,
        Elapsed = time.GetElapsedTime(started),
    });
}
