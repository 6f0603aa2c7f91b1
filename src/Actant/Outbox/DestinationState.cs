using Actant.Storage;

namespace Actant.Outbox;

/// <summary>What goes to one destination for one tenant, as far as this process has it. Used under the pump's lock.</summary>
/// <param name="options">Times and bounds.</param>
/// <param name="most">How many tries may be under way to it at best.</param>
/// <param name="random">For waits that differ.</param>
internal sealed class DestinationState(DeliveryOptions options, int most, Random random)
{
    private const int MostReturns = 5;

    private int _returns;
    private TimeSpan _wait;
    private DateTimeOffset _longerFrom;

    /// <summary>How many tries may be under way at best.</summary>
    public int Most => most;

    /// <summary>Tries under way.</summary>
    public int InFlight { get; set; }

    /// <summary>How many may be under way: one for who has not answered yet, twice as many with each answer, half as many with each failure.</summary>
    public int Window { get; set; } = 1;

    /// <summary>Whether its last try was over soon, and none under way takes long.</summary>
    public bool IsQuick { get; set; }

    /// <summary>Whether its last try got through.</summary>
    public bool Answers { get; private set; }

    /// <summary>Taken, and held here until there is room, each with the time at which it is given back.</summary>
    public Queue<(OutboxDelivery Delivery, DateTimeOffset Until)> Waiting { get; } = [];

    public CircuitBreaker Breaker { get; } = new(options, random);

    /// <summary>Whether rows for it were left in the store because it had no room.</summary>
    public bool WasLeftOut { get; set; }

    /// <summary>Until when others shall have what goes there: this process has no sender for it.</summary>
    public DateTimeOffset? LeftUntil { get; set; }

    /// <summary>When it is tried here again, if it is left alone.</summary>
    public DateTimeOffset? ClosedUntil => Breaker.OpenUntil is { } until && !(LeftUntil > until) ? until : LeftUntil;

    public bool IsIdle => InFlight == 0 && Waiting.Count == 0;

    public int Room(DateTimeOffset now) => LeftUntil > now ? 0 : Breaker.Room(Window, now) - InFlight;

    /// <summary>A try has ended.</summary>
    /// <param name="isDown">Whether it is in trouble; <c>null</c> where that was not found out.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="now">The time.</param>
    public void Ended(bool? isDown, TimeSpan took, DateTimeOffset now)
    {
        InFlight--;
        if (isDown is not { } down)
        {
            return;
        }

        Breaker.Ended(down, now);
        Answers = !down;
        IsQuick = took < options.SlowAfter;
        Window = down ? Math.Max(1, Window / 2) : Math.Min(most, Window * 2);
        _returns = down ? _returns : 0;
    }

    /// <summary>It is known to answer, and soon.</summary>
    /// <param name="window">How many tries may be under way now.</param>
    public void Trust(int window) => (IsQuick, Answers, Window) = (true, true, window);

    /// <summary>
    /// When something may be tried for which there is no room now. At once where only others that go there have the room: nothing for it is taken while
    /// they wait. Else later each time, but not with each of those that are turned away together, while nothing gets through.
    /// </summary>
    public DateTimeOffset NextTime(DateTimeOffset now)
    {
        var breaks = Breaker.OpenUntil is { } until && until > now;
        if (Answers && !breaks && Waiting.Count > 0)
        {
            return now;
        }

        if (now >= _longerFrom)
        {
            _wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_returns++, MostReturns)));
            _longerFrom = now + (_wait / 2);
        }

        return (breaks ? Breaker.OpenUntil!.Value : now) + (_wait * (0.5 + random.NextDouble()));
    }
}
