namespace Actant.Outbox;

/// <summary>Leaves a destination alone that fails again and again; then one try says whether it is back. Not safe for concurrent use.</summary>
internal sealed class CircuitBreaker(DeliveryOptions options, Random random)
{
    private int _failures;
    private int _breaks;

    /// <summary>Until when it is left alone; after that one try may go.</summary>
    public DateTimeOffset? OpenUntil { get; private set; }

    /// <summary>Whether nothing speaks against it.</summary>
    public bool IsClean => _failures == 0 && OpenUntil is null;

    /// <summary>How many tries may be under way, of as many as there may be at best.</summary>
    public int Room(int most, DateTimeOffset now) => OpenUntil is not { } until ? most : until > now ? 0 : 1;

    /// <summary>A try ended.</summary>
    public void Ended(bool isDown, DateTimeOffset now)
    {
        if (!isDown)
        {
            Close();
            return;
        }

        _failures++;

        // What was under way when it broke says nothing new.
        if (OpenUntil is { } until ? until <= now : _failures >= options.BreakAfter)
        {
            OpenUntil = now + (Backoff.Doubled(options.FirstBreak, options.LongestBreak, ++_breaks) * (0.8 + (0.4 * random.NextDouble())));
        }
    }

    /// <summary>Nothing speaks against it any longer.</summary>
    public void Close() => (_failures, _breaks, OpenUntil) = (0, 0, null);
}
