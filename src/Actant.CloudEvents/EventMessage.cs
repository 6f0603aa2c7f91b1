namespace Actant.CloudEvents;

/// <summary>What carries events, as whoever took it in found it: an HTTP request, a message of a broker.</summary>
/// <param name="ContentType">Its content type.</param>
/// <param name="Headers">Its headers that begin with <c>ce-</c>; others are not looked at.</param>
/// <param name="Body">Its body.</param>
public sealed record EventMessage(string? ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>How the headers of attributes begin.</summary>
    public const string HeaderPrefix = "ce-";

    private const string Structured = "application/cloudevents";
    private const string Batch = "application/cloudevents-batch";
    private const string Json = "+json";

    /// <summary>In which of the ways of CloudEvents it carries events.</summary>
    public EventMode Mode
    {
        get
        {
            var media = MediaOf(ContentType);
            return media is Structured + Json or Structured ? EventMode.Structured
                : media is Batch + Json or Batch ? EventMode.Batch
                : media.StartsWith(Structured, StringComparison.Ordinal) ? EventMode.Foreign
                : Headers.Count > 0 ? EventMode.Binary
                : EventMode.None;
        }
    }

    /// <summary>Whether a content type is JSON; one that is missing is taken for it.</summary>
    internal static bool IsJson(string? contentType) => MediaOf(contentType) is "" or "application/json" or "text/json"
        || MediaOf(contentType).EndsWith(Json, StringComparison.Ordinal);

    private static string MediaOf(string? contentType)
    {
        var media = contentType.AsSpan();
        var end = media.IndexOf(';');
        return (end < 0 ? media : media[..end]).Trim().ToString().ToLowerInvariant();
    }
}
