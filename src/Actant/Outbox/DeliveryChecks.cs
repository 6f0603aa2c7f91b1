using Actant.Secrets;
using Actant.Storage;

namespace Actant.Outbox;

/// <summary>What a target may be.</summary>
internal static class DeliveryChecks
{
    /// <summary>What is wrong with a target.</summary>
    public static IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path, OutboxSenders senders)
    {
        foreach (var problem in CheckParts(target, path))
        {
            yield return problem;
        }

        var urlPath = UrlPath(path);
        if (!IsText(target.Url, StorageLimits.MaxDestinationLength))
        {
            yield return new(urlPath, "invalid_url", $"An address has 1 to {StorageLimits.MaxDestinationLength} characters without white space and control characters.");
            yield break;
        }

        var scheme = DeliveryNote.SchemeOf(target.Url);
        if (senders.Find(scheme) is not { } sender)
        {
            yield return new(urlPath, "unknown_scheme", senders.IsEmpty
                ? "Nothing can be delivered here: no sender is there."
                : $"`{(scheme.Length <= 32 ? scheme : scheme[..32])}` is no scheme that can be delivered to; there are: {senders.Names}.");
            yield break;
        }

        foreach (var problem in sender.Check(tenant, target, path))
        {
            yield return problem;
        }
    }

    /// <summary>Where the address of a target stands: a short form is the address itself.</summary>
    public static string UrlPath(string path) => path.EndsWith("callback_url", StringComparison.Ordinal) ? path : $"{path}.url";

    private static IEnumerable<DefinitionProblem> CheckParts(DeliveryTarget target, string path)
    {
        foreach (var (index, what) in (target.Events ?? []).Index())
        {
            if (!DeliveryEvents.All.Contains(what))
            {
                yield return new($"{path}.events[{index}]", "unknown_value", $"One of {string.Join(", ", DeliveryEvents.All)} is expected.");
            }
        }

        if (target.Events is { } events && (events.Count == 0 || events.Count > DeliveryEvents.All.Count))
        {
            yield return new($"{path}.events", "out_of_range", $"1 to {DeliveryEvents.All.Count} events are expected.");
        }

        if (target.Secrets is { } secrets)
        {
            if (secrets.Count is 0 or > DeliveryTarget.MaxSecrets)
            {
                yield return new($"{path}.secret", "out_of_range", $"1 to {DeliveryTarget.MaxSecrets} secrets are expected.");
            }

            foreach (var secret in secrets.Where(static secret => !SecretName.IsValid(secret)).Take(DeliveryTarget.MaxSecrets))
            {
                yield return new($"{path}.secret", "plain_secret", "A secret://NAME is expected; keep the key itself with `actant secrets set NAME`.");
            }
        }
    }

    private static bool IsText(string text, int most) =>
        NameRules.IsName(text, most) && !text.Any(char.IsWhiteSpace);
}
