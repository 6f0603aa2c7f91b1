using Actant.Storage;

namespace Actant.Outbox;

/// <summary>What goes to one destination for one tenant, as far as this process has it. Used under the pump's lock.</summary>
internal sealed class DestinationState(DeliveryOptions options, Random random)
{
    /// <summary>Tries under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Taken, and held here until there is room, each with the time at which it is given back.</summary>
    public Queue<(OutboxDelivery Delivery, DateTimeOffset Until)> Waiting { get; } = [];

    public CircuitBreaker Breaker { get; } = new(options, random);

    /// <summary>Whether rows for it were left in the store because it had no room.</summary>
    public bool WasLeftOut { get; set; }

    public bool IsIdle => InFlight == 0 && Waiting.Count == 0;

    public int Room(DateTimeOffset now) => Breaker.Room(options.MaxPerDestination, now) - InFlight;
}
