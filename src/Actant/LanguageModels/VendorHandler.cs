using System.Net.Http.Headers;
using System.Text;
using Actant.Egress;

namespace Actant.LanguageModels;

/// <summary>
/// Stands between a vendor's SDK and the network: adds the endpoint's headers, and turns what goes wrong on the wire into
/// <see cref="ModelException"/>s before the SDK makes something of its own out of it.
/// </summary>
internal sealed class VendorHandler(
    ModelEndpoint endpoint, string keyHeader, VendorFailures failures, TimeProvider time, HttpMessageHandler inner, Func<string, string>? mend, Func<string, string?>? stream)
    : DelegatingHandler(inner)
{
    /// <summary>The header that takes <c>Bearer</c> and the key; any other takes the bare key.</summary>
    public const string Authorization = "Authorization";

    /// <summary>The type of an answer that is one JSON document, whatever it was called.</summary>
    public const string Json = "application/json";

    private const string EventStream = "text/event-stream";
    private const int LongestError = 64 * 1024;

    /// <summary>A client over this handler.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="keyHeader">The vendor's header for the key.</param>
    /// <param name="failures">What failures mean.</param>
    /// <param name="time">The clock that a date in Retry-After is compared with.</param>
    /// <param name="handler">The way to the network; stays the caller's. Without one, a guarded handler of its own: redirects would carry the key elsewhere.</param>
    /// <param name="mend">What becomes of a line of a stream before the SDK reads it.</param>
    /// <param name="stream">A whole answer where a stream was asked for, as that stream; <c>null</c> if it is none.</param>
    public static HttpClient CreateClient(
        ModelEndpoint endpoint, string keyHeader, VendorFailures failures, TimeProvider time, HttpMessageHandler? handler, Func<string, string>? mend = null, Func<string, string?>? stream = null) =>
        new(new VendorHandler(endpoint, keyHeader, failures, time, handler ?? EgressGuard.Default.CreateEndpointHandler(), mend, stream), disposeHandler: handler is null)
        {
            // The engine's deadlines rule.
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request.Headers);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ModelException(failures.OfConnection(exception), exception);
        }

        VendorRequestId.Note(response.Headers);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                var body = await ReadErrorAsync(response, cancellationToken);
                throw new ModelException(failures.OfStatus((int)response.StatusCode, body, response.Headers, time.GetUtcNow()));
            }
        }

        Stream answer = new AnswerStream(await response.Content.ReadAsStreamAsync(cancellationToken), failures);
        var type = await TypeAsync((AnswerStream)answer, cancellationToken);
        if (stream is not null && type == Json && VendorRequestId.IsOfStream)
        {
            (answer, type) = (await EventsAsync(answer, stream, cancellationToken), EventStream);
        }

        var content = new StreamContent(mend is null || type == Json ? answer : new MendedLines(answer, mend));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            content.Headers.TryAddWithoutValidation(name, values);
        }

        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        response.Content = content;
        return response;
    }

    // As long as the stream of answers lets it be.
    private async Task<Stream> EventsAsync(Stream answer, Func<string, string?> stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(answer, Encoding.UTF8);
        var whole = await reader.ReadToEndAsync(cancellationToken);
        return stream(whole) is { } events ? new MemoryStream(Encoding.UTF8.GetBytes(events))
            : throw new ModelException(failures.OfMalformed("It is neither a stream nor an answer."));
    }

    // A status that says all is well may stand over anything, under any name: what it is, its first byte says.
    private async Task<string> TypeAsync(AnswerStream answer, CancellationToken cancellationToken)
    {
        var begin = await answer.BeginAsync(cancellationToken);
        if (begin.Span is [(byte)'<', ..])
        {
            await answer.DisposeAsync();
            throw new ModelException(failures.OfPage(Encoding.UTF8.GetString(begin.Span)));
        }

        return begin.Span is [(byte)'{' or (byte)'[', ..] ? Json : EventStream;
    }

    private async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            // Like an answer: half of a character in it is nothing that a reader of JSON takes.
            await using var body = new AnswerStream(await response.Content.ReadAsStreamAsync(cancellationToken), failures);
            var buffer = new byte[LongestError];
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or ModelException)
        {
            // The status says enough.
            return "";
        }
    }

    // The SDKs know no key: whatever they found in the environment is not for this endpoint.
    private void Prepare(HttpRequestHeaders headers)
    {
        headers.Remove(Authorization);
        headers.Remove(keyHeader);
        if ((ModelKey.Current ?? endpoint.CurrentKey)?.Trim() is { Length: > 0 } key)
        {
            if (key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ModelException(failures.OfKey());
            }

            var name = endpoint.KeyHeader ?? keyHeader;
            headers.TryAddWithoutValidation(name, name == Authorization ? $"Bearer {key}" : key);
        }
        else if (endpoint.LacksKey)
        {
            throw new ModelException(failures.OfMissingKey());
        }

        foreach (var (header, value) in endpoint.Headers)
        {
            headers.Remove(header);
            headers.TryAddWithoutValidation(header, value);
        }
    }
}
