using System.Text;
using Actant.Api;
using Actant.AspNetCore.Problems;
using Actant.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Actant.AspNetCore.Requests;

/// <summary>The header <c>Idempotency-Key</c>: a request that is sent again with it is the first one.</summary>
internal static class RequestKey
{
    private const string Header = "Idempotency-Key";
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key, or <c>null</c>.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static string? Of(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        return values.Count == 1 && TextOf(values[0] ?? "") is { } key && NameRules.IsName(key)
            ? JobKey.IsOne(key) ? throw new ProblemException(RefusalCodes.InvalidInput, $"{Header}: keys that begin like `{key[..JobKey.LengthOfSpace(key)]}` are those of events; choose another one.") : key
            : throw new ProblemException(RefusalCodes.InvalidInput, $"{Header}: one text of 1 to 255 characters in UTF-8, none of them a control character, is expected.");
    }

    /// <summary>
    /// Lets the header through as its bytes, one character for each. By itself Kestrel closes the connection on what is not ASCII, and says
    /// nothing of the reason.
    /// </summary>
    public static void TakeBytes(KestrelServerOptions options)
    {
        var others = options.RequestHeaderEncodingSelector;
        options.RequestHeaderEncodingSelector = name => name.Equals(Header, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : others(name);
    }

    /// <summary>The text of the bytes; <c>null</c> if they are no UTF-8. Other servers have decoded it already.</summary>
    private static string? TextOf(string value)
    {
        if (Ascii.IsValid(value) || value.Any(static unit => unit > byte.MaxValue))
        {
            return value;
        }

        try
        {
            return s_strict.GetString(Encoding.Latin1.GetBytes(value));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
