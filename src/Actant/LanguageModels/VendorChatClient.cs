using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>
/// A client over a vendor's SDK. What subclasses need not care for: every failure becomes a <see cref="ModelException"/>, and a
/// stream that ends without a reason counts as broken.
/// </summary>
internal abstract class VendorChatClient(ModelEndpoint endpoint, VendorFailures failures, string model, ModelKey? key) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(endpoint.Name, endpoint.Address, model);

    /// <summary>What failures mean.</summary>
    protected VendorFailures Failures => failures;

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ModelKey.Use(await KeyAsync(options, cancellationToken));
        var id = new VendorRequestId(isStreamed: false);
        VendorRequestId.Use(id);
        try
        {
            var response = await CallAsync([.. messages], options ?? new ChatOptions(), cancellationToken);
            if ((id.Value ?? VendorRequestId.OrNull(response.ResponseId)) is { } known)
            {
                (response.AdditionalProperties ??= [])[ModelCallProperties.RequestId] = known;
            }

            return response;
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } failure)
        {
            throw new ModelException(failure, exception) { RequestId = id.Value };
        }
        catch (ModelException exception)
        {
            exception.RequestId ??= id.Value;
            throw;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var isFinished = false;
        var isNamed = false;
        var text = await KeyAsync(options, cancellationToken);
        var id = new VendorRequestId(isStreamed: true);
        await using var updates = StreamAsync([.. messages], options ?? new ChatOptions(), cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(updates, text, id, cancellationToken))
        {
            var update = updates.Current;
            isFinished |= update.FinishReason is not null;
            if (!isNamed && (id.Value ?? VendorRequestId.OrNull(update.ResponseId)) is { } known)
            {
                isNamed = true;
                (update.AdditionalProperties ??= [])[ModelCallProperties.RequestId] = known;
            }

            yield return update;
        }

        if (!isFinished)
        {
            throw new ModelException(failures.OfBrokenStream("it ended without saying why.")) { RequestId = id.Value };
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Holds nothing: connections are the provider's.</summary>
    public void Dispose()
    {
    }

    /// <summary>One answer, whole.</summary>
    protected abstract Task<ChatResponse> CallAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken);

    /// <summary>One answer as it comes; an update with a finish reason says that it is whole.</summary>
    protected abstract IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken);

    /// <summary>What an exception of the vendor's SDK means; <c>null</c> if it is none of its own.</summary>
    protected virtual Failure? FailureOf(Exception exception) => null;

    private ValueTask<string?> KeyAsync(ChatOptions? options, CancellationToken cancellationToken) =>
        key is null ? new((string?)null) : FindAsync(key, options ?? new ChatOptions(), cancellationToken);

    private static async ValueTask<string?> FindAsync(ModelKey key, ChatOptions options, CancellationToken cancellationToken) =>
        await key.FindAsync(options, cancellationToken);

    private async ValueTask<bool> NextAsync(
        IAsyncEnumerator<ChatResponseUpdate> updates, string? text, VendorRequestId id, CancellationToken cancellationToken)
    {
        ModelKey.Use(text);
        VendorRequestId.Use(id);
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception exception) when (Translate(exception, cancellationToken) is { } failure)
        {
            throw new ModelException(failure, exception) { RequestId = id.Value };
        }
        catch (ModelException exception)
        {
            exception.RequestId ??= id.Value;
            throw;
        }
    }

    // SDKs wrap what comes from below them, and read what they do not expect with any of the exceptions of a parser.
    private Failure? Translate(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ModelException || cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is ModelException cause)
            {
                return cause.Failure;
            }
        }

        return FailureOf(exception) ?? exception switch
        {
            HttpRequestException broken => failures.OfConnection(broken),
            IOException or TimeoutException or OperationCanceledException => failures.OfBrokenStream(exception.Message),
            JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException or NotSupportedException
                or OverflowException or NullReferenceException => failures.OfMalformed(exception.Message),
            _ => null,
        };
    }
}
