using System.Globalization;

namespace Actant.Definitions;

/// <summary>Times as documents write them: with their offset, so that they mean the same everywhere.</summary>
internal static class Rfc3339
{
    private static readonly string[] s_forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The time; <c>null</c> where a text is none.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }
}
