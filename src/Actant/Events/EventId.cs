using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Actant.Events;

/// <summary>The place of an event in its thread's stream: <c>position-n</c>, or <c>position-n~</c>. The only thing that orders events.</summary>
/// <param name="Position">The last stored entry at that moment.</param>
/// <param name="Number">0 for the entry itself, 1, 2, … for what the owner sent after it.</param>
public readonly record struct EventId(long Position, int Number) : IComparable<EventId>
{
    /// <summary>Whether one comes before the other.</summary>
    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    /// <summary>Whether one comes after the other.</summary>
    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    /// <summary>Whether one does not come after the other.</summary>
    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one does not come before the other.</summary>
    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;

    /// <summary>
    /// Whether a reader that was sent this event was not sent every delta before it: it caught up, or the deltas could not be heard.
    /// Such a reader that comes back is sent unfinished answers from their start. It is a mark on the place, and makes it no other one: it
    /// counts neither in the order nor in equality.
    /// </summary>
    public bool IsPartial { get; init; }

    /// <summary>
    /// Whether who has read up to here was sent every delta before it. The place of an entry does not say so: entries can be read
    /// where deltas cannot be heard.
    /// </summary>
    internal bool KnowsDeltas => Number > 0 && !IsPartial;

    /// <summary>The same place, for a reader that was not sent every delta before it.</summary>
    internal EventId Partial => Number > 0 ? this with { IsPartial = true } : this;

    /// <summary>Reads <c>42-317</c>, <c>42-317~</c> or <c>42</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        id = default;
        var isPartial = text is [.., '~'];
        var parts = (isPartial ? text![..^1] : text)?.Split('-', 2) ?? [];
        if (parts.Length == 0 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position) || position == long.MaxValue)
        {
            return false;
        }

        var number = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        id = new EventId(position, number) { IsPartial = isPartial && number > 0 };
        return true;
    }

    /// <inheritdoc />
    public bool Equals(EventId other) => CompareTo(other) == 0;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Position, Number);

    /// <inheritdoc />
    public int CompareTo(EventId other) => (Position, Number).CompareTo((other.Position, other.Number));

    /// <inheritdoc />
    public override string ToString() => $"{Position}-{Number}{(IsPartial ? "~" : "")}";
}
