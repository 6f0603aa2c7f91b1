using System.Net.Http.Headers;

namespace Actant.LanguageModels;

/// <summary>
/// The vendor's id of one request, as the head of its answer says it. The SDKs stand between a call and its request, and not all of
/// them tell: it is noted where answers come in, and found by whoever asked.
/// </summary>
/// <param name="isStreamed">Whether the answer was asked for as a stream.</param>
internal sealed class VendorRequestId(bool isStreamed)
{
    private const int LongestId = 255;

    private static readonly AsyncLocal<VendorRequestId?> s_current = new();
    private static readonly string[] s_headers = ["request-id", "x-request-id"];

    /// <summary>The id; <c>null</c> before an answer began, and where the vendor gives none.</summary>
    public string? Value { get; private set; }

    /// <summary>Whether a stream was asked for in the call that this one follows from.</summary>
    public static bool IsOfStream => s_current.Value is { IsStreamed: true };

    private bool IsStreamed => isStreamed;

    /// <summary>From here on, in the calls that follow from this one.</summary>
    public static void Use(VendorRequestId id) => s_current.Value = id;

    /// <summary>Notes the id of an answer for whoever asked.</summary>
    public static void Note(HttpResponseHeaders headers)
    {
        if (s_current.Value is { } current)
        {
            current.Value = Of(headers) ?? current.Value;
        }
    }

    private static string? Of(HttpResponseHeaders headers)
    {
        foreach (var name in s_headers)
        {
            if (headers.NonValidated.TryGetValues(name, out var values) && OrNull(values.ToString()) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The text if it can be an id: a stranger sends it, and it is stored.</summary>
    public static string? OrNull(string? text) => text is { Length: > 0 and <= LongestId } && text.All(static c => c is > ' ' and < '\x7f') ? text : null;
}
