using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actant.Secrets;

namespace Actant.Outbox;

/// <summary>The signature of Standard Webhooks: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    public const int FewestBytes = 24;
    public const int MostBytes = 64;

    private const string Prefix = "whsec_";

    /// <summary>Signs with every key of a secret. <c>false</c> if it is none, or one of its keys.</summary>
    public static bool TrySign(Secret secret, OutboxMessage message, long at, List<string> signatures)
    {
        var keys = secret.Reveal().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var text in keys)
        {
            var key = new byte[MostBytes];
            var encoded = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
            if (!Convert.TryFromBase64String(encoded, key, out var length) || length < FewestBytes)
            {
                return false;
            }

            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.AsSpan(0, length));
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Id:D}.{at}.")));
            hash.AppendData(message.Body.Span);
            signatures.Add($"v1,{Convert.ToBase64String(hash.GetHashAndReset())}");
        }

        return keys.Length > 0;
    }
}
