using System.Text.Json;
using Actant.AspNetCore.Requests;
using Actant.Executions;
using Actant.Secrets;

namespace Actant.AspNetCore.Executions;

/// <summary>Where a request wants its end delivered. What the values may be, the engine says.</summary>
internal sealed record DeliveryFields
{
    private const int LongestUrl = 2048;

    private List<DeliveryTarget>? Targets { get; init; }

    private string? Callback { get; init; }

    public static DeliveryFields Read(RequestFields fields) => new()
    {
        Targets = fields.Value("deliver_to") is { } list ? ReadTargets(fields, list) : null,
        Callback = fields.Text("callback_url", LongestUrl),
    };

    public SubmitRequest AddTo(SubmitRequest request) => request with { DeliverTo = Targets, CallbackUrl = Callback };

    private static List<DeliveryTarget> ReadTargets(RequestFields fields, JsonElement list)
    {
        var targets = new List<DeliveryTarget>();
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > DeliveryTarget.MaxTargets)
        {
            fields.Wrong("deliver_to", $"A list of at most {DeliveryTarget.MaxTargets} targets is expected.");
            return targets;
        }

        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                fields.Wrong($"deliver_to[{index}]", "An object with `url` is expected.");
                continue;
            }

            var target = new RequestFields(item, $"$.deliver_to[{index}]", fields.Errors);
            var url = target.Text("url", LongestUrl);
            if (url is null && target.Value("url") is null)
            {
                target.RequiredValue("url");
            }

            targets.Add(new DeliveryTarget
            {
                Url = url ?? "",
                Events = target.Value("events") is { } events ? Texts(target, "events", events, DeliveryEvents.All.Count) : null,
                Secrets = target.Value("secret") is { } secret ? Secrets(target, secret) : null,
            });
            target.RefuseUnknown();
        }

        return targets;
    }

    private static List<string> Secrets(RequestFields target, JsonElement secret)
    {
        var references = secret.ValueKind == JsonValueKind.String ? [secret.GetString()!] : Texts(target, "secret", secret, DeliveryTarget.MaxSecrets);
        var names = references.ConvertAll(SecretReference.NameOf);
        if (names.Contains(null))
        {
            target.Errors.Add(
                $"{target.Path}.secret", "plain_secret", "A reference secret://NAME is expected; keep the key itself with `actant secrets set NAME`.");
            return [];
        }

        return [.. names.OfType<string>()];
    }

    private static List<string> Texts(RequestFields fields, string name, JsonElement list, int most)
    {
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String))
        {
            return [.. list.EnumerateArray().Select(static item => item.GetString()!)];
        }

        fields.Wrong(name, $"A list of at most {most} texts is expected.");
        return [];
    }
}
