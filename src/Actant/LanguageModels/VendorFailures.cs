using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Actant.Egress;

namespace Actant.LanguageModels;

/// <summary>What the failures of a vendor's HTTP interface mean.</summary>
internal sealed partial class VendorFailures(ModelEndpoint endpoint)
{
    private const int LongestMessage = 500;

    private readonly string[] _secrets =
        [.. new[] { endpoint.ApiKey }.Concat(endpoint.Headers.Values).OfType<string>().Where(secret => secret.Length > 3)];

    /// <summary>An answer with a status that is no success.</summary>
    public Failure OfStatus(int status, string body, HttpResponseHeaders headers, DateTimeOffset now)
    {
        var error = VendorError.Read(body);
        var failure = Classify(status, error);
        return failure.Transient ? failure with { RetryAfterMs = RetryAfter.Read(headers, now) } : failure;
    }

    /// <summary>An error that has no status of its own, such as one in the middle of a stream.</summary>
    public Failure OfError(VendorError error) => Classify(error.Status, error);

    /// <summary>Something answered that is not the vendor.</summary>
    public Failure OfPage(string page) => OfMalformed(VendorError.Read(page).Message);

    /// <summary>No connection, or none that held until the answer began.</summary>
    public Failure OfConnection(HttpRequestException exception) => exception.InnerException is EgressException { Failure: { Transient: false } refused } ? refused : new Failure
    {
        Code = ModelErrors.Unavailable,
        Message = $"`{endpoint.Name}` at {endpoint.Address.GetLeftPart(UriPartial.Authority)} cannot be reached: {Clean(exception.Message)}",
        Transient = true,
    };

    /// <summary>The key has gone since the definition was checked.</summary>
    public Failure OfMissingKey() => new() { Code = ModelErrors.Unauthorized, Message = $"There is no key for `{endpoint.Name}` any more: set {endpoint.KeyVariable}." };

    /// <summary>There is a key that cannot be sent.</summary>
    public Failure OfKey() => new()
    {
        Code = ModelErrors.Unauthorized,
        Message = $"The key for `{endpoint.Name}` holds characters that no key has, such as line ends or letters that are not ASCII: correct it where it is kept.",
    };

    /// <summary>The answer broke off.</summary>
    public Failure OfBrokenStream(string how) => new()
    {
        Code = ModelErrors.StreamBroken,
        Message = $"The answer of `{endpoint.Name}` broke off: {Clean(how)}",
        Transient = true,
    };

    /// <summary>Something is to be said that this interface has no word for: left out, the answer would look as if it had been read.</summary>
    public Failure OfPart(string kind) => new() { Code = ModelErrors.Rejected, Message = $"`{endpoint.Name}` takes no part of this kind: {Clean(kind)}." };

    /// <summary>The answer is not what the interface documents.</summary>
    public Failure OfMalformed(string how) => new()
    {
        Code = ModelErrors.Malformed,
        Message = $"`{endpoint.Name}` at {endpoint.Address.GetLeftPart(UriPartial.Authority)} did not answer as its interface documents: {Clean(how)}",
    };

    private Failure Classify(int status, VendorError error) => status switch
    {
        402 => Of(ModelErrors.QuotaExceeded, status, error.Message),
        400 or 403 or 429 when error.IsQuota => Of(ModelErrors.QuotaExceeded, status, error.Message),
        401 => Of(ModelErrors.Unauthorized, status, Unauthorized),
        403 when error.IsAboutKey => Of(ModelErrors.Unauthorized, status, Unauthorized),
        429 => Of(ModelErrors.RateLimited, status, error.Message, isTransient: true),
        413 => Of(ModelErrors.ContextLengthExceeded, status, error.Message),
        >= 400 when error.IsContextLength => Of(ModelErrors.ContextLengthExceeded, status, error.Message),
        408 or 425 or 498 or >= 500 => Of(ModelErrors.Unavailable, status, error.Message, isTransient: true),
        < 400 => Of(ModelErrors.Rejected, status, "It sends requests elsewhere, which is not followed: the key would go along. Correct the address."),
        _ => Of(ModelErrors.Rejected, status, error.Message),
    };

    // The vendor's own words repeat parts of the key.
    private string Unauthorized =>
        $"It refuses the key. Set {endpoint.KeyVariable ?? "the key in the provider's settings"} to one that is valid for this model.";

    private Failure Of(string code, int status, string message, bool isTransient = false) => new()
    {
        Code = code,
        Message = $"`{endpoint.Name}` answered {status}: {Clean(message)}",
        Transient = isTransient,
    };

    private string Clean(string text)
    {
        foreach (var secret in new[] { ModelKey.Current, endpoint.CurrentKey }.OfType<string>().Where(static key => key.Length > 3).Concat(_secrets))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        text = KeyLike().Replace(ControlCharacters().Replace(text, " "), "***").Trim();
        return text.Length == 0 ? "no reason given" : Whole(text.Length > LongestMessage ? $"{text[..LongestMessage]}…" : text);
    }

    // Half of a surrogate pair, cut off or sent so, could not be stored.
    private static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(static rune => rune.ToString()));

    [GeneratedRegex(@"\b(sk|gsk|pk|rk|xai)[-_][A-Za-z0-9_*-]{6,}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex KeyLike();

    [GeneratedRegex(@"\p{Cc}+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ControlCharacters();
}
