using System.Text.Json;
using Actant.Secrets;

namespace Actant.Definitions;

/// <summary>Reads where the ends of executions are delivered, of definitions of agents and of commands alike.</summary>
internal static class DeliveryReader
{
    public static IReadOnlyList<DeliveryTarget>? Read(DefinitionCursor? field) =>
        field is { } list ? [.. list.AsItems(DeliveryTarget.MaxTargets).Select(Read).OfType<DeliveryTarget>()] : null;

    /// <summary>The name in <c>secret://NAME</c>. What is none may be the key itself, and is not said again.</summary>
    private static string? NameOf(DefinitionCursor field, string path)
    {
        var name = field.AsText() is { } reference ? SecretReference.NameOf(reference) : null;
        if (name is null && field.Kind == JsonValueKind.String)
        {
            field.Problems.Add(path, DefinitionErrors.PlainSecret, "A secret://NAME is expected; keep the key itself with `actant secrets set NAME`.");
        }

        return name;
    }

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

    private static List<string>? Secrets(DefinitionCursor field)
    {
        IReadOnlyList<DefinitionCursor> references = field.Kind == JsonValueKind.Array ? field.AsItems(DeliveryTarget.MaxSecrets) : [field];
        List<string> names = [.. references.Select(reference => NameOf(reference, field.Path)).OfType<string>()];
        return names.Count == references.Count ? names : null;
    }

    private static List<string> Texts(DefinitionCursor field, int most) => [.. field.AsItems(most).Select(static item => item.AsText()).OfType<string>()];
}
