using System.Globalization;
using System.Net.Http.Headers;
using Actant.Egress;
using Actant.Secrets;

namespace Actant.Outbox;

/// <summary>
/// Delivers by HTTP POST, signed as Standard Webhooks. Each address passes the guard when it is given and with every try; no redirect is
/// followed, and of the answer nothing but its head counts.
/// </summary>
/// <param name="scheme"><c>https</c> or <c>http</c>.</param>
/// <param name="guard">What is let out.</param>
/// <param name="secrets">Where the keys are.</param>
/// <param name="time">The clock of the signature.</param>
public sealed class WebhookSender(string scheme, EgressGuard guard, ISecretSource secrets, TimeProvider time) : IOutboxSender
{
    /// <summary>The secret that signs where a target names none, if the tenant has it.</summary>
    public const string DefaultSecret = "webhook";

    private static readonly EgressLimits s_limits = new() { FollowRedirects = false, IsUnsafe = true, ReadsBody = false };

    /// <inheritdoc />
    public string Scheme { get; } = scheme;

    /// <inheritdoc />
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path)
    {
        if (guard.Check(target.Url, s_limits) is { } refused)
        {
            yield return new(DeliveryChecks.UrlPath(path), refused.Code == EgressErrors.InvalidUrl ? "invalid_url" : "host_not_allowed", refused.Message);
        }

        foreach (var name in (target.Secrets ?? []).Where(name => !secrets.MayUse(tenant, name)))
        {
            yield return new($"{path}.secret", "unknown_secret", $"There is no secret `{(name.Length <= 64 ? name : name[..64])}`; keep it with `actant secrets set NAME`.");
        }
    }

    /// <inheritdoc />
    public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow().ToUnixTimeSeconds();
        var (signature, fault) = await SignAsync(message, at, cancellationToken);
        if (fault is not null)
        {
            return SendResult.Failed(fault, isDown: false);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, message.Destination) { Content = new ReadOnlyMemoryContent(message.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Actant");
        request.Headers.TryAddWithoutValidation("webhook-id", message.Id.ToString("D"));
        request.Headers.TryAddWithoutValidation("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("actant-event", message.Event);
        request.Headers.TryAddWithoutValidation("actant-attempt", message.Attempt.ToString(CultureInfo.InvariantCulture));
        if (signature.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        }

        using var invoker = new HttpMessageInvoker(guard.CreateHandler(new EgressCaller(message.Thread.Tenant, "webhook", message.Execution), s_limits));
        try
        {
            using var response = await invoker.SendAsync(request, cancellationToken);
            return DeliveryAnswer.Of(response, time);
        }
        catch (HttpRequestException exception) when (exception is EgressException || exception.InnerException is EgressException)
        {
            return ResultOf((exception as EgressException ?? (EgressException)exception.InnerException!).Failure);
        }
    }

    private static SendResult ResultOf(Failure failure) => failure.Code switch
    {
        // The rules will not be others by themselves.
        EgressErrors.Refused or EgressErrors.InvalidUrl => SendResult.Refused(failure.Message),
        EgressErrors.NotSent => SendResult.Failed(failure.Message, isDown: false),
        _ => SendResult.Failed(failure.Message),
    };

    /// <summary>The signatures, one for each key; none where the tenant has no key and the target names none.</summary>
    private async ValueTask<(string Signature, string? Fault)> SignAsync(OutboxMessage message, long at, CancellationToken cancellationToken)
    {
        var isNamed = message.Secrets.Count > 0;
        var signatures = new List<string>();
        foreach (var name in isNamed ? message.Secrets : [DefaultSecret])
        {
            Secret? secret;
            try
            {
                secret = secrets.MayUse(message.Thread.Tenant, name) ? await secrets.FindAsync(message.Thread.Tenant, name, cancellationToken) : null;
            }
            catch (SecretSourceException exception)
            {
                return ("", exception.Message);
            }

            if (secret is null && isNamed)
            {
                return ("", $"There is no secret `{name}`.");
            }

            if (secret?.MayGoTo(message.Destination) == false)
            {
                return ("", $"The secret `{name}` is not for the host of this destination; an operator can say for which hosts it is.");
            }

            if (secret is not null && !WebhookSignature.TrySign(secret, message, at, signatures))
            {
                return ("", $"The secret `{name}` is no key of webhooks: `whsec_` and {WebhookSignature.FewestBytes} to {WebhookSignature.MostBytes} bytes in base64 are, several separated by spaces.");
            }
        }

        return (string.Join(' ', signatures), null);
    }
}
