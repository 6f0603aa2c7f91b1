using Actant.Outbox;

namespace Actant.Testing.Executions;

/// <summary>A sender that the test answers for.</summary>
public sealed class TestSender : IOutboxSender
{
    public string Scheme => "test";

    public int? MostAtOnce { get; set; }

    /// <summary>Every try, as it begins.</summary>
    public Arrivals<OutboxMessage> Tries { get; } = new();

    /// <summary>How a try ends; it gets through by default.</summary>
    public Func<OutboxMessage, CancellationToken, Task<SendResult>> Answer { get; set; } = static (_, _) => Task.FromResult(SendResult.Delivered);

    public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        Tries.Add(message);
        return await Answer(message, cancellationToken);
    }
}
