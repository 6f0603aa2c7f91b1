using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Actant.Events;

/// <summary>The place of an event in its thread's stream: <c>position-n</c>. The only thing that orders events.</summary>
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

    /// <summary>Reads <c>42-317</c> or <c>42</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventId id)
    {
        id = default;
        var parts = text?.Split('-', 2) ?? [];
        if (parts.Length == 0 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return false;
        }

        var number = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        id = new EventId(position, number);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(EventId other) => (Position, Number).CompareTo((other.Position, other.Number));

    /// <inheritdoc />
    public override string ToString() => $"{Position}-{Number}";
}
