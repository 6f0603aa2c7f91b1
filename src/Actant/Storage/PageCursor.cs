using System.Globalization;

namespace Actant.Storage;

/// <summary>A place in a listing that goes from new to old: a time, and a number for what has the same time.</summary>
/// <param name="At">The time, newest first.</param>
/// <param name="Number">The store's own number of the row.</param>
public readonly record struct PageCursor(DateTimeOffset At, long Number)
{
    /// <summary>Reads a cursor that a page gave out.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static PageCursor? Parse(string? cursor)
    {
        if (cursor is null)
            return null;
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0
            && long.TryParse(cursor.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, null, out var ticks)
            && long.TryParse(cursor.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, null, out var number)
            && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks)
        {
            return new PageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), number);
        }

        throw new ArgumentException("This is not a cursor of a page.", nameof(cursor));
    }

    /// <summary>Whether this place comes after another one, that is, is older.</summary>
    public bool IsAfter(PageCursor other) => At != other.At ? At < other.At : Number < other.Number;

    /// <inheritdoc />
    public override string ToString() => $"{At.UtcTicks:x}-{Number:x}";
}
