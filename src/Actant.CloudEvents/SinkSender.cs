using System.Net.Http.Headers;
using Actant.Outbox;

namespace Actant.CloudEvents;

/// <summary>
/// Delivers ends of jobs as CloudEvents to the sink that an operator chose: the broker of Knative, or anything that takes events by HTTP. The
/// targets of what is stored name no address, so that what waits follows the operator to another one.
/// </summary>
/// <param name="sink">Where to.</param>
/// <param name="events">The words.</param>
/// <param name="invoker">The way there.</param>
/// <param name="time">The clock for <c>Retry-After</c>.</param>
public sealed class SinkSender(Uri sink, ResultEvents events, HttpMessageInvoker invoker, TimeProvider time) : IOutboxSender
{
    /// <summary>The scheme of its targets.</summary>
    public const string SinkScheme = "ksink";

    /// <summary>The one target that there is.</summary>
    public static DeliveryTarget Target { get; } = new() { Url = $"{SinkScheme}:default" };

    /// <inheritdoc />
    public string Scheme => SinkScheme;

    /// <inheritdoc />
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path)
    {
        if (target.Url != Target.Url)
        {
            yield return new($"{path}.url", "invalid_url", $"`{Target.Url}` is the only address of this scheme: the operator says where it is.");
        }
    }

    /// <inheritdoc />
    public ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken) => SendAsync(events.Write(message), cancellationToken);

    /// <summary>Sends an event in structured form.</summary>
    /// <param name="written">The event.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<SendResult> SendAsync(ReadOnlyMemory<byte> written, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, sink) { Content = new ReadOnlyMemoryContent(written) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ResultEvents.ContentType);
        request.Headers.TryAddWithoutValidation("User-Agent", "Actant");
        try
        {
            using var response = await invoker.SendAsync(request, cancellationToken);
            return DeliveryAnswer.Of(response, time);
        }
        catch (HttpRequestException exception)
        {
            return SendResult.Failed($"The sink cannot be reached ({exception.HttpRequestError}).");
        }
    }
}
