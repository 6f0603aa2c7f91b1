using Actant.Secrets;

namespace Actant.Definitions;

/// <summary>Reads where the ends of an agent's executions are delivered.</summary>
internal static class DeliveryReader
{
    public static IReadOnlyList<DeliveryTarget>? Read(DefinitionCursor? field) =>
        field is { } list ? [.. list.AsItems(DeliveryTarget.MaxTargets).Select(Read).OfType<DeliveryTarget>()] : null;

    /// <summary>The name in <c>secret://NAME</c>; what is none stays as it is, and is refused by the rules.</summary>
    private static string NameOf(string reference) => SecretReference.NameOf(reference) ?? $"!{reference}";

    private static DeliveryTarget? Read(DefinitionCursor item)
    {
        if (item.AsFields("target") is not { } fields)
        {
            return null;
        }

        var target = new DeliveryTarget
        {
            Url = fields.Require("url")?.AsText() ?? "",
            Events = fields.Take("events") is { } events ? Texts(events, DeliveryEvents.All.Count) : null,
            Secrets = fields.Take("secret") is { } secret ? Secrets(secret) : null,
        };
        fields.Finish();
        return target;
    }

    private static List<string> Secrets(DefinitionCursor field) =>
        [.. (field.Kind == System.Text.Json.JsonValueKind.Array ? Texts(field, DeliveryTarget.MaxSecrets) : field.AsText() is { } one ? [one] : []).Select(NameOf)];

    private static List<string> Texts(DefinitionCursor field, int most) => [.. field.AsItems(most).Select(static item => item.AsText()).OfType<string>()];
}
