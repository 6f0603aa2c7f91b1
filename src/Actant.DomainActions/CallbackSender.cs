using System.Text.Json;
using Actant.Outbox;
using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>Delivers ends of executions that actions asked for, as <c>execution.callback</c>, and counts them in Redis.</summary>
internal sealed class CallbackSender(DomainActionOptions options, DomainActionLink link, ActionReplies replies) : IOutboxSender
{
    private static readonly TimeSpan s_whenFull = TimeSpan.FromSeconds(5);

    private readonly ExecutionMetrics _metrics = new(link);

    /// <inheritdoc />
    public event Action? CameBack
    {
        add => link.CameBack += value;
        remove => link.CameBack -= value;
    }

    /// <inheritdoc />
    public string Scheme => CallbackTarget.Scheme;

    /// <inheritdoc />
    public TimeSpan? LongestWait { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path) =>
        [new DefinitionProblem($"{path}.url", "unknown_scheme", "Callbacks go where an action from a queue asks for them; they cannot be asked for here.")];

    /// <inheritdoc />
    public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!CallbackTarget.TryParse(message.Destination, out var target))
        {
            return SendResult.Refused("It is no address of a callback.");
        }

        using var document = JsonDocument.Parse(message.Body, new JsonDocumentOptions { MaxDepth = JsonLimits.DecodeDepth });
        try
        {
            var execution = document.RootElement;
            if (target.Queue is { } queue && await replies.PutAsync(queue, AnswerWriter.Ended(message, target, execution), options.CallbackLifetime) < 0)
            {
                return SendResult.Failed($"{options.MaxReplies} answers wait in {queue} already.", isDown: false, s_whenFull);
            }

            await _metrics.AddAsync(message.Thread.Tenant, message.Event, AnswerWriter.TookMs(execution));
            return SendResult.Delivered;
        }
        catch (RedisServerException exception) when (exception.Message.Contains("WRONGTYPE", StringComparison.Ordinal))
        {
            return SendResult.Refused("There is something under the name of the queue that is no list.");
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return SendResult.Failed($"Redis did not take it ({exception.GetType().Name}).");
        }
    }
}
