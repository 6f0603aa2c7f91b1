using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Actant.Signals;

/// <summary>Reads bodies of signals. What was stored may come back damaged: then it says nothing, and breaks nobody who reads it.</summary>
internal static class SignalBody
{
    /// <summary>The failure of what cannot be done because nobody knows any more what it was.</summary>
    public const string Unreadable = "signal_unreadable";

    /// <summary>A body; <c>null</c> if it cannot be read.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, type);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            return null;
        }
    }

    /// <summary>Whether an exception says that what was read is not what was written.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException;

    /// <summary>That something cannot be read.</summary>
    /// <param name="what">What: begins the sentence.</param>
    public static Failure Failure(string what) => new()
    {
        Code = Unreadable,
        Message = $"{what} cannot be read any more as it was stored: the disk or the database may be damaged. Everything up to there is kept.",
    };
}
